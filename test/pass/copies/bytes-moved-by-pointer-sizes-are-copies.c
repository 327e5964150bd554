// Bytes that are moved in sizes of whole pointers may be pointers (a radix tree with its children
// behind its characters), and are looked at. Text has any length; constant sizes in memcpy are
// what hashes and codecs do: neither is.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O1 -S -emit-llvm %s -o - | FileCheck --check-prefixes=CHECK,O1 %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 -S -emit-llvm %s -o - | FileCheck --check-prefixes=CHECK,O0 %s
#include <string.h>
struct node;
// CHECK-LABEL: define {{.*}}@whole_pointers(
void whole_pointers(unsigned char *data, int count, int at, int is_key) {
  unsigned char *src = data + at;
  // CHECK: call void @__memscope_copy(
  memmove(src + sizeof(struct node *), src, sizeof(struct node *) * (count - at));
  size_t value = is_key ? sizeof(void *) : 0, length = count * sizeof(struct node *) + value;
  // CHECK: call void @__memscope_copy(
  memcpy(data, src, length);
  // CHECK: ret void
}
// CHECK-LABEL: define {{.*}}@one_pointer(
void one_pointer(unsigned char *to, unsigned char *from) {
  // O0: call void @__memscope_copy(
  // O1: call preserve_mostcc void @__memscope_store(
  memmove(to, from, sizeof(void *));
  // CHECK: ret void
}
// CHECK-LABEL: define {{.*}}@other_bytes(
// CHECK-NOT: @__memscope_copy
void other_bytes(char *to, const char *from, size_t n, int wide) {
  size_t length = wide ? n * 8 : n;
  memcpy(to, from, n);
  memmove(to + n, to, n - 1);
  memcpy(to, from, 16);
  memcpy(to, from, length);
  memmove(to, from, 2 * n);
  memset(to, 0, 8 * n);
  // CHECK: ret void
}
