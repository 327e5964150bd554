// A function that the module defines is what its body does, whatever its name: a strdup that returns
// static memory is no allocation, and one that no pointer comes out of is no site at all.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stddef.h>
void *malloc(size_t);
static char buffer[8];
static char *strdup(const char *s) { buffer[0] = s[0]; return buffer; }
static void free(void *p) { buffer[1] = 0; }
char *p, *q;
void f(const char *s) {
  p = strdup(s);
  free(p);
  // CHECK-NOT: !"strdup"
  // CHECK-NOT: !"free"
  // CHECK: !"q", !"char", !"malloc"
  q = malloc(3);
  // CHECK-NOT: !"strdup"
  // CHECK-NOT: !"free"
}
