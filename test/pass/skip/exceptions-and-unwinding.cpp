// Allocations that are invoked (may throw) are sites like others, and the instrumented function
// stays valid.
// RUN: %clangxx -g -O2 -S -emit-llvm -fverify-intermediate-code -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s -o - | FileCheck %s
struct T { T(); ~T(); int *p; };
T *g;
void f() {
  T guard;
  g = new T;
}
// CHECK-LABEL: define{{.*}} void @_Z1fv(
// CHECK: store volatile ptr {{.*}}memscope.sites
// CHECK: invoke {{.*}}ptr @_Znwm(
