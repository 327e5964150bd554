// An exception is allocated by a throw and freed at the end of its catch, by the C++ runtime: that is how it is
// meant to be, and no library frees what belongs to the program.
// RUN: rm -f %t.mscope
// RUN: memscope-c++ -g -O0 %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings --all %t.mscope | FileCheck %s
// CHECK-NOT: foreign
// CHECK: no errors, no warnings
#include <stdexcept>

static int caught;

int main() {
  for (int i = 0; i < 8; i++) {
    try {
      throw std::runtime_error("as expected");
    } catch (const std::exception &) {
      caught++;
    }
  }
  return caught - 8;
}
