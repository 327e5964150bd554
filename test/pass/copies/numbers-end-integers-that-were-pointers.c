// A member or a variable that is given a pointer as an integer anywhere in the file is looked at when it gets
// a number too; other integers are not.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O1 -S -emit-llvm %s -o - | FileCheck %s
#include <stdint.h>
struct record {
  uintptr_t address, count;
};
uintptr_t last, total;
// CHECK-LABEL: define {{.*}}@ends(
void ends(struct record *r, uintptr_t n) {
  // CHECK: @__memscope_store
  // CHECK: @__memscope_store
  // CHECK-NOT: @__memscope_store
  r->address = n;
  last = 0;
}
// CHECK-LABEL: define {{.*}}@numbers(
void numbers(struct record *r, uintptr_t n) {
  // CHECK-NOT: @__memscope_store
  r->count = n;
  total = 0;
}
// CHECK-LABEL: define {{.*}}@pointers(
void pointers(struct record *r, char *p) {
  // CHECK: @__memscope_store
  // CHECK: @__memscope_store
  r->address = (uintptr_t)p;
  last = (uintptr_t)p | 1;
}
