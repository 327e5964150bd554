// A copy says whether the variable that it came from is read again (live) or not (dead); of a
// variable whose address is taken and of fields it says neither.
// RUN: %clang -g -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument -o %t.bc %t.ll
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -Wno-override-module %t.bc %t.rt.o -o %t && %t 2>&1 | FileCheck %s
#include <stdlib.h>
struct { char *a, *b, *c, *d, *e, *f; } S;
volatile int zero;
void use(char **p) { (void)p; }
int main(void) {
  char *p = malloc(3);
  S.a = p;
  // CHECK: store S.a = #1 (-, src p, live) main
  S.b = p + 1;
  // CHECK: store S.b = #1+1 (-, src p, live offset) main
  for (int i = 0; i < 2; ++i) {
    S.c = p; // read again in the next round
    // CHECK: store S.c = #1 (-, src p, live) main
  }
  char *q = malloc(4);
  S.d = q; // on one path it is overwritten, on the other not read
  // CHECK: store S.d = #2 (-, src q, dead) main
  if (zero) {
    q = malloc(5);
    S.a = q;
  }
  char *r = malloc(6);
  use(&r);
  S.e = r;
  // CHECK: store S.e = #3 (-, src r,) main
  S.f = S.e;
  // CHECK: store S.f = #3 (-, src S.e,) main
  return 0;
}
