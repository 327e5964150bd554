// A block that is allocated and freed unused, and a double free, are still there after -O2.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O2 -S -emit-llvm %s -o - | FileCheck %s
#include <stdlib.h>
// CHECK-LABEL: define {{.*}}@unused(
// CHECK: call {{.*}}@malloc(
// CHECK: call void @free(
void unused(void) { free(malloc(8)); }
// CHECK-LABEL: define {{.*}}@twice(
// CHECK: call {{.*}}@malloc(
// CHECK: call void @free(
// CHECK: call void @free(
void twice(void) {
  char *p = malloc(8);
  free(p);
  free(p);
}
// CHECK-NOT: {{@memscope\.(bind|keep|pass|count|site[^s])}}
