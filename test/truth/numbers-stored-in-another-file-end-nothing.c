// Limitation copy-number-elsewhere: an integer that is given a pointer here goes on holding its block when
// another file, in which it never gets one, stores a number there. A store in this file ends it.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -DOTHER -c %s -o %t.o
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include %s %t.o -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 --at=marks %t.mscope | FileCheck %s
#include <stdint.h>
#ifdef OTHER
extern uintptr_t here, elsewhere;
void elsewhere_ends(void) { elsewhere = 0; }
#else
#include <memscope/memscope.h>
#include <stdlib.h>

uintptr_t here, elsewhere;
void elsewhere_ends(void);

int main(void) {
  here = elsewhere = (uintptr_t)malloc(10);
  here = 0;
  elsewhere_ends();
  // CHECK-LABEL: at mark "ended" {{.*}}: 1 tracked block, held by 1 slot
  // CHECK: block 1
  // CHECK-NEXT: elsewhere, in
  memscope_mark("ended");
  return 0;
}
#endif
