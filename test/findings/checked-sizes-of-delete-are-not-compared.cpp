// Limitation check-cxx: that a sized operator delete is given another size than operator new was, which
// AddressSanitizer reports, is no finding; that memory of malloc is deleted is.
// RUN: memscope-c++ -fmemscope=check -g -O0 -w %s -o %t
// RUN: rm -f %t*.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.size.mscope %t size 2> /dev/null
// RUN: memscope findings %t.size.mscope | FileCheck --check-prefix=SIZE %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.malloc.mscope %t 2> /dev/null
// RUN: memscope findings %t.malloc.mscope | FileCheck --check-prefix=MALLOC %s
// SIZE: no errors, no warnings
// MALLOC: [free.mismatch]
#include <cstdlib>
#include <new>

static void *volatile block;

int main(int argc, char **argv) {
  block = argc > 1 ? ::operator new(40) : std::malloc(40);
  ::operator delete(block, std::size_t(24));
  block = nullptr;
  return 0;
}
