// Limitation slot-locals-below-full: at level refs what an optimised program's local variables point at is
// not known, so that a block which only a local holds has no holder; at level full the variable is one.
// RUN: memscope-cc -g -O2 -fmemscope=refs -I%memscope_include %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 --at=marks %t.mscope | FileCheck --check-prefixes=CHECK,REFS %s
// RUN: memscope-cc -g -O2 -fmemscope=full -I%memscope_include %s -o %t.full
// RUN: rm -f %t.full.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.full.mscope %t.full
// RUN: memscope holders --width=200 --at=marks %t.full.mscope | FileCheck --check-prefixes=CHECK,FULL %s
#include <stdlib.h>

#include "memscope/memscope.h"

int main(void) {
  char *local = malloc(30);
  __asm__ volatile("" : : "r"(local) : "memory");
  memscope_mark("in use");
  __asm__ volatile("" : : "r"(local) : "memory");
  free(local);
  return 0;
}
// CHECK: at mark "in use"
// CHECK-NEXT: block 1 {{ *}}local
// REFS-NEXT: nobody
// FULL-NEXT: local, variable of main
