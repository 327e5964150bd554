// Allocations and frees that differ only in their slot are not merged into one call without a name
// when they stand in the two branches of an if.
// RUN: %clang -g -O2 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -S -emit-llvm %s -o - | FileCheck %s
#include <stdlib.h>
struct it { char *a, *b; };
// CHECK-LABEL: define{{.*}} void @f(
// CHECK: call {{.*}}ptr @malloc
// CHECK: call {{.*}}ptr @malloc
// CHECK: ret void
void f(struct it *it, int c) { if (c) it->a = malloc(8); else it->b = malloc(8); }
// CHECK-LABEL: define{{.*}} void @g(
// CHECK: call void @free
// CHECK: call void @free
// CHECK: ret void
void g(struct it *it, int c) { if (c) free(it->a); else free(it->b); }
