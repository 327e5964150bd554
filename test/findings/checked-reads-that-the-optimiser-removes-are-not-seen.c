// Limitation check-optimised: the optimiser removes a read whose value nobody uses before AddressSanitizer
// could look at it. At -O0 it is found; one whose value is used is at -O2, too.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -fmemscope=check -g -O0 %s -o %t.0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.0.mscope %t.0 2> /dev/null
// RUN: memscope findings %t.0.mscope | FileCheck --check-prefix=FOUND %s
// RUN: memscope-cc -fmemscope=check -g -O2 -DUSE=sum= %s -o %t.used
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.used.mscope %t.used 2> /dev/null
// RUN: memscope findings %t.used.mscope | FileCheck --check-prefix=FOUND %s
// RUN: memscope-cc -fmemscope=check -g -O2 %s -o %t.2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.2.mscope %t.2
// RUN: memscope findings %t.2.mscope | FileCheck --check-prefix=NONE %s
// FOUND: error: a read of 8 bytes runs past the end of {{block|it}}, which has 16 bytes [overflow.heap]
// NONE: no errors
#include <stdlib.h>
#ifndef USE
#define USE (void)
#endif
static long *volatile block;
long sum;

int main(void) {
  block = calloc(2, sizeof *block);
  long *at = block;
  USE at[2];
  free(at);
  block = NULL;
  return 0;
}
