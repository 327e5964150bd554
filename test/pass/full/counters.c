// Adding or taking one from an integer member of a tracked block is recorded with the new value and
// the member, also by compare and exchange if it succeeds; other arithmetic, locals and globals are not.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
#include <stdatomic.h>
#include <stdlib.h>
struct obj { int refcount; long uses; _Atomic unsigned shared; int step; } *volatile keep, global;
int main(void) {
  keep = calloc(1, sizeof *keep);
  struct obj *o = keep;
  o->refcount++;
  // CHECK: count o->refcount = 1 (struct obj.refcount,) main
  ++o->uses;
  // CHECK-NEXT: count o->uses = 1 (struct obj.uses,) main
  o->refcount += 1;
  // CHECK-NEXT: count o->refcount = 2 (struct obj.refcount,) main
  --o->refcount;
  // CHECK-NEXT: count o->refcount = 1 (struct obj.refcount, down) main
  o->shared++;
  // CHECK-NEXT: count o->shared = 1 (struct obj.shared, atomic) main
  __atomic_sub_fetch(&o->refcount, 1, __ATOMIC_ACQ_REL);
  // CHECK-NEXT: count o->refcount = 0 (struct obj.refcount, atomic down) main
  int old = o->refcount;
  while (!__atomic_compare_exchange_n(&o->refcount, &old, old + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
    ;
  // CHECK-NEXT: count o->refcount = 1 (struct obj.refcount, atomic) main
  old = 7; // it is not exchanged, so it does not count
  __atomic_compare_exchange_n(&o->refcount, &old, old - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  o->step += 2;
  global.refcount++;
  int local = 0;
  local++;
  // CHECK-NOT: count
  return local - 1;
}
