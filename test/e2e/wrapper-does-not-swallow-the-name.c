// xmalloc returns what it allocates: the block belongs to the variable of whoever stores it,
// through two wrappers and through an allocator behind a function pointer.
// REQUIRES: plugin
// RUN: memscope-cc -g -O0 %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: memscope-cc -g -O2 %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
#include <stdlib.h>

struct node {
  long *values;
  struct node *left;
};
struct allocator {
  void *(*get)(size_t);
};

__attribute__((noinline)) static void *xmalloc(size_t n) {
  void *p = malloc(n);
  if (!p)
    abort();
  return p;
}
__attribute__((noinline)) static struct node *node_new(void) {
  struct node *made = xmalloc(sizeof *made);
  made->left = NULL;
  return made;
}
struct allocator system_allocator = {xmalloc};
struct node *root;

int main(void) {
  // CHECK-DAG: {{^}}  root {{ *}}struct node {{ *}}{{[^ ]*}}:[[@LINE+1]]:10 {{ *}}main {{ *}}1 {{ *}}16 B
  root = node_new();
  // CHECK-DAG: {{^}}  root->values {{ *}}long[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:{{[0-9]+}} {{ *}}main {{ *}}1 {{ *}}80 B
  root->values = system_allocator.get(10 * sizeof(long));
  // CHECK-DAG: {{^}}  root->left {{ *}}struct node {{ *}}{{[^ ]*}}:[[@LINE+1]]:{{[0-9]+}} {{ *}}main {{ *}}1 {{ *}}16 B
  root->left = node_new();
  return 0;
}
