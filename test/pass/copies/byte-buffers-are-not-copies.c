// memcpy and memset of memory that holds no pointers by its declared type call nothing: text,
// numbers, objects that are too small. Unknown memory, and text copied as void *, is looked at.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O1 -S -emit-llvm %s -o - | FileCheck %s
#include <string.h>
struct plain { int a, b; double c; char text[40]; };
struct held { int a; void *p; };
struct plain p1, p2;
struct held h1;
char line[80];
int table[40];
// CHECK-LABEL: define {{.*}}@no_pointers(
// CHECK-NOT: @__memscope_copy
void no_pointers(char *d, const char *s, int *v, size_t n) {
  p1 = p2;
  memcpy(line, s, n);
  memcpy(d, s, n);
  memcpy(d + 1, s + 2, n);
  memset(line, 0, sizeof line);
  memmove(table, v, n);
  memcpy(p1.text, s, n);
  memcpy(d, "literal", n);
}
// CHECK-LABEL: define {{.*}}@pointers(
void pointers(void *d, struct held *h, char *c, size_t n) {
  *h = h1;
  // CHECK: call void @__memscope_copy(
  memset(h, 0, n);
  // CHECK: call void @__memscope_copy(ptr %{{.*}}, ptr null, i64 %
  memcpy(d, c, n);
  // CHECK: call void @__memscope_copy(ptr %{{.*}}, ptr %{{.*}}, i64 %
}
