// What is stored in a union in both branches of a condition, which the optimiser makes one store of: of a pointer
// and a number, of numbers of two types, of two unions that are copied. The pointer is followed, and
// the number ends it.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 --at=marks %t.mscope | FileCheck %s
#include <memscope/memscope.h>
#include <stdlib.h>

static struct cell {
  union {
    char *p;
    unsigned long n;
    double d;
  } u;
  int tag;
} cell, third;
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

__attribute__((noinline)) static void add(struct cell *to, const struct cell *from, int step) {
  if (from->tag == 0) {
    unsigned long n = from->u.n;
    to->u.n = n + step;
    to->tag = 0;
  } else if (from->tag == 2) {
    double d = from->u.d;
    to->u.d = d + step;
    to->tag = 2;
  }
}

__attribute__((noinline)) static void choose(struct cell *to, const struct cell *one, const struct cell *other) {
  if (other->tag == 1)
    to->u = other->u;
  else
    to->u = one->u;
}

int main(void) {
  char *block = malloc(10);
  escape(&cell);
  escape(&third);
  toggle(block, 7);
  // CHECK-LABEL: at mark "pointer" {{.*}}: 1 tracked block, held by 1 slot;
  memscope_mark("pointer");
  toggle(block, 7);
  // CHECK-LABEL: at mark "number" {{.*}}: 1 tracked block, held by 0 slots;
  memscope_mark("number");
  toggle(block, 7);
  static struct cell five = {{.n = 5}, 0};
  escape(&five);
  choose(&third, &five, &cell);
  // CHECK-LABEL: at mark "copy" {{.*}}: 1 tracked block, held by 2 slots;
  memscope_mark("copy");
  add(&cell, &five, 3);
  // CHECK-LABEL: at mark "sum" {{.*}}: 1 tracked block, held by 1 slot;
  memscope_mark("sum");
  choose(&third, &five, &cell);
  // CHECK-LABEL: at mark "copied number" {{.*}}: 1 tracked block, held by 0 slots;
  memscope_mark("copied number");
  return 0;
}
