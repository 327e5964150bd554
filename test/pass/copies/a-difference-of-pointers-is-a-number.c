// The difference of two pointers is stored without a check, with or without what is added to it; a
// pointer from which a number is taken, or that a difference is added to, is not.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O1 -S -emit-llvm %s -o - | FileCheck %s
#include <stdint.h>
struct text {
  long length;
  uintptr_t number;
};
struct place {
  long begin;
  uintptr_t end;
};
// CHECK-LABEL: define {{.*}}@numbers(
void numbers(struct text *t, char *begin, char *end, long more) {
  // CHECK-NOT: @__memscope_store
  t->length = end - begin;
  t->number = (uintptr_t)end - (uintptr_t)begin + more;
  t->number = more - (uintptr_t)begin;
}
// CHECK-LABEL: define {{.*}}@pointers(
void pointers(struct place *p, char *begin, char *end, long more) {
  // CHECK: @__memscope_store
  // CHECK: @__memscope_store
  p->begin = (long)begin + (end - begin);
  p->end = (uintptr_t)end - more;
}
