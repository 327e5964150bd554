// Limitation check-huge: pointers to a block that is mapped alone (from about 256 KiB on) are not
// recorded at level check, so nobody is known to hold or to have lost it; what its accesses do is seen.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -fmemscope=check -g -O0 %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings --all %t.mscope | FileCheck --check-prefix=LEAKS %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.end.mscope %t end 2> /dev/null
// RUN: memscope findings %t.end.mscope | FileCheck --check-prefix=END %s
// LEAKS-NOT: huge
// LEAKS: error: 24 bytes are lost: small was overwritten [leak.lost]
// LEAKS-NOT: huge
// END: error: a write of 1 byte runs past the end of {{huge|it}}, which has 1000000 bytes [overflow.heap]
#include <stdlib.h>
static char *small, *huge;
static int end;

int main(int argc, char **argv) {
  small = calloc(1, 24);
  huge = calloc(1, 1000000);
  end = argc > 1 ? 1000000 : 0;
  huge[end] = 1;
  small = NULL;
  huge = NULL;
  return 0;
}
