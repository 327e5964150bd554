// The optimiser makes calloc out of malloc and memset, a new call without metadata; its place in the
// source finds the site again, the wrapper's caller included.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_sites.c -o %t.rt.o
// RUN: %clang -g -O2 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t && %t 2>&1 | FileCheck %s
#include <stdlib.h>
#include <string.h>
static void *zalloc(size_t n) {
  void *p = malloc(n);
  if (!p)
    abort();
  memset(p, 0, n);
  return p;
}
struct { char *volatile a, *volatile b; } g;
int main(void) {
  char *m = malloc(100);
  // CHECK: calloc(100) m (char) in main, at main
  memset(m, 0, 100);
  g.a = m;
  g.b = zalloc(50);
  // CHECK: {{[mc]}}alloc(50) g.b (char) in main, at zalloc
  return 0;
}
