// Limitation lost-in-no-line: two stores in the branches of a condition that the optimiser makes one of have no line any more: LOST-AT
// is the function, and no line is made up.
// RUN: rm -f %t.mscope
// RUN: memscope-cc -g -O2 -fmemscope=refs %s -o %t
// RUN: memscope run -q -O track=all -o %t.mscope -- %t
// RUN: memscope findings --width=250 %t.mscope | FileCheck %s
// CHECK: error: 10 bytes are lost: first.u.p was overwritten [leak.lost]
// CHECK: lost {{.*}}in-no-line.c {{ *}}first.u.p was overwritten {{ *}}add
#include <stdlib.h>

static struct value {
  union {
    void *p;
    long n;
    double d;
  } u;
  int tag;
} first, second = {{.n = 5}, 1};

__attribute__((noinline)) static void add(struct value *to, const struct value *from, int step) {
  if (from->tag == 1) {
    long n = from->u.n;
    to->u.n = n + step;
    to->tag = 1;
  } else if (from->tag == 2) {
    double d = from->u.d;
    to->u.d = d + step;
    to->tag = 2;
  }
}

int main(int argc, char **argv) {
  first.u.p = malloc(10);
  add(argc > 5 ? &second : &first, argc > 6 ? &first : &second, argc);
  return 0;
}
