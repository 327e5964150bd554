// Limitations copy-foreign and copy-raw-storage: what the C++ library's own code stores (std::string, whose
// functions are not compiled with the program at -O0) is not seen; a number that takes the place of a
// pointer in raw storage (std::variant) ends nothing. What the program's own code stores there is seen.
// RUN: rm -f %t.mscope
// RUN: memscope-c++ -g -O0 -std=c++17 -fmemscope=refs -I %memscope_include %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 --at=marks %t.mscope | FileCheck %s
// RUN: memscope json %t.mscope | FileCheck --check-prefix=GAPS %s
#include <memscope/memscope.h>
#include <cstdlib>
#include <string>
#include <variant>

static std::string *text;
static std::variant<char *, double> *either;

int main() {
  either = new std::variant<char *, double>((char *)malloc(100));
  text = new std::string(200, 'x');
  // CHECK-LABEL: at mark "stored"
  // CHECK: 100 B
  // CHECK-NEXT: {{.*}}in block
  // CHECK: 201 B
  // CHECK-NEXT: nobody, as far as was recorded
  memscope_mark("stored");
  *either = 1.5;
  // CHECK-LABEL: at mark "ended"
  // CHECK: 100 B
  // CHECK-NEXT: {{.*}}in block
  memscope_mark("ended");
  // The words that the snapshot found are more than those whose stores were seen.
  // GAPS: "pointers": [[N:[0-9]+]],
  // GAPS-NOT: "pointers_stored": [[N]],
  memscope_snapshot("snapshot");
  std::_Exit(0);
}
