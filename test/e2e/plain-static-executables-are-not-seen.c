// Limitation rec-static-plain: a static program that memscope-cc did not link has no runtime, and no
// dynamic linker that could preload one. Nothing is recorded, which is said in one line.
// RUN: %clang -g -O0 -static %s -o %t
// RUN: rm -f %t.mscope
// RUN: memscope run -o %t.mscope -- %t > %t.out 2> %t.err
// RUN: FileCheck --check-prefix=PROGRAM %s < %t.out
// RUN: FileCheck %s < %t.err
// RUN: not ls %t.mscope
// PROGRAM: it ran
// CHECK: memscope: warning: nothing was recorded: the program is statically linked
// CHECK-NOT: warning
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  free(malloc(10));
  return puts("it ran") < 0;
}
