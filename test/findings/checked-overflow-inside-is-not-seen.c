// Limitation check-inside: a write from one member into the next stays in the block, which
// AddressSanitizer does not object to; the same write one member further on is found.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -fmemscope=check -g -O0 %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.in.mscope %t 8
// RUN: memscope findings %t.in.mscope | FileCheck --check-prefix=INSIDE --allow-empty %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.out.mscope %t 16
// RUN: memscope findings %t.out.mscope | FileCheck --check-prefix=BEHIND %s
// INSIDE-NOT: overflow
// BEHIND: error: a write of 1 byte runs past the end of it, which has 16 bytes [overflow.heap]
#include <stdlib.h>
struct item {
  char name[8];
  long count;
};
int main(int argc, char **argv) {
  struct item *it = calloc(1, sizeof *it);
  char *name = it->name;
  name[argc > 1 ? atoi(argv[1]) : 0] = 1;
  free(it);
  return 0;
}
