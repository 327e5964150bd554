// A macro may call one wrapper twice at the same line and column. Once inlined, the two can only be
// told apart by the discriminator that the annotate pass gave the second.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_sites.c -o %t.rt.o
// RUN: %clang -g -O2 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t && %t 2>&1 | FileCheck %s
#include <stdlib.h>
static void *xmalloc(size_t n) { void *p = malloc(n); if (!p) abort(); return p; }
#define BOTH(a, b) do { a = xmalloc(1); b = xmalloc(2); } while (0)
struct pair { char *first, *second; } g;
int main(void) {
  BOTH(g.first, g.second);
  // CHECK: malloc(1) g.first (char) in main, at xmalloc
  // CHECK: malloc(2) g.second (char) in main, at xmalloc
  return 0;
}
