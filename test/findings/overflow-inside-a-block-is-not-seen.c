// Limitation overflow-inside: a write from one member into the next stays in the block, so nothing
// that lies behind it is touched; the same write one member further on is noticed.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.in.mscope %t 8
// RUN: memscope findings %t.in.mscope | FileCheck --check-prefix=INSIDE --allow-empty %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.out.mscope %t 16
// RUN: memscope findings %t.out.mscope | FileCheck --check-prefix=BEHIND %s
// INSIDE-NOT: overflow
// BEHIND: error: 1 byte right behind the end of it, which has 16 bytes, was overwritten: 01 [overflow.heap]
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
