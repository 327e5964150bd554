// The optimiser makes one memset of stores of zero to neighbours. It has the place in the source of one of them,
// which may be a number's; the pointers that it clears are seen to go. What clears only numbers is not looked at.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 -S -emit-llvm %s -o - | FileCheck %s
#include <stddef.h>
struct array { void **data; unsigned length, capacity; };
struct numbers { double value; unsigned length, capacity; };
// CHECK-LABEL: define {{.*}}@steal(
// CHECK: call {{.*}}@__memscope_copy(ptr {{.*}}, ptr null, i64 16,
// CHECK: call void @llvm.memset
void **steal(struct array *a) {
  void **data = a->data;
  a->data = NULL;
  a->length = 0;
  a->capacity = 0;
  return data;
}
// CHECK-LABEL: define {{.*}}@reset(
// CHECK-NOT: @__memscope_copy(
// CHECK: call void @llvm.memset
void reset(struct numbers *n) {
  n->value = 0;
  n->length = 0;
  n->capacity = 0;
}
