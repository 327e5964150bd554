// A pointer and a number that are stored in a union in both branches of a condition, which the optimiser makes
// one store of an integer: the pointer is followed, and the number ends it.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 --at=marks %t.mscope | FileCheck %s
#include <memscope/memscope.h>
#include <stdlib.h>

static struct {
  union {
    char *p;
    unsigned long n;
  } u;
  int tag;
} cell;
void *volatile *seen;
__attribute__((noinline)) static void escape(void *at) { seen = at; }

__attribute__((noinline)) static void toggle(char *block, unsigned number) {
  if (cell.tag == 0) {
    cell.u.p = block;
    cell.tag = 1;
  } else {
    cell.u.n = number % 100;
    cell.tag = 0;
  }
}

int main(void) {
  char *block = malloc(10);
  escape(&cell);
  toggle(block, 7);
  // CHECK-LABEL: at mark "pointer" {{.*}}: 1 tracked block, held by 1 slot;
  memscope_mark("pointer");
  toggle(block, 7);
  // CHECK-LABEL: at mark "number" {{.*}}: 1 tracked block, held by 0 slots;
  memscope_mark("number");
  return 0;
}
