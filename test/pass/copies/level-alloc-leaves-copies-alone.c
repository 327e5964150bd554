// At level alloc no copy is annotated or instrumented, and no function is described.
// RUN: %clang -g -O1 -fpass-plugin=%memscope_pass -S -emit-llvm %s -o - | FileCheck %s
// CHECK-NOT: memscope.copy
// CHECK-NOT: memscope.old
// CHECK-NOT: @__memscope_{{store|copy|bind|frame}}
// CHECK: call void @__memscope_module_register({{.*}}, i64 0)
#include <stdlib.h>
#include <string.h>
struct s { void *p; char *q; } a, *b;
void f(struct s *x) {
  *x = *b;
  x->p = malloc(3);
  memcpy(&a, x, sizeof a);
}
