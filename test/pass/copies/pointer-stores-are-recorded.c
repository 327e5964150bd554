// Every store of a pointer to a tracked block, and every store over one, is recorded with the
// slot, the member and where the value came from; nothing is called while nothing is tracked.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s --check-prefixes=CHECK,O0
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O1 %s %t.rt.o -o %t.1 && %t.1 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O3 %s %t.rt.o -o %t.3 && %t.3 2>&1 | FileCheck %s
// RUN: env NO_ARENA=1 %t.0 2>&1 | count 0
// RUN: env NO_ARENA=1 %t.2 2>&1 | count 0
#include <stdlib.h>
#include <string.h>
struct item { char *name; struct item *next; };
struct list { long n; struct item *head, *tab[4]; };
struct list *L;
static struct item *volatile g;

__attribute__((noinline)) void add(struct list *l, const char *s) {
  struct item *it = malloc(sizeof *it);
  it->name = strdup(s);
  it->next = l->head;
  l->head = it;
  l->tab[l->n++ & 3] = it;
}

__attribute__((noinline)) struct item *get(struct list *l) { return l->head; }

int main(void) {
  L = malloc(sizeof *L);
  memset(L, 0, sizeof *L);
  add(L, "one");
  // CHECK: store L = #1 (-, src malloc,) main
  // O0: store it = #2 (-, src malloc,) add
  // CHECK: store it->name = #3 (struct item.name, src strdup,) add
  // CHECK: store l->head = #2 (struct list.head, src it, live) add
  // CHECK: store l->tab[] = #2 (struct list.tab[], src it, dead) add
  add(L, "two");
  // CHECK: store it->name = #5 (struct item.name, src strdup,) add
  // CHECK: store it->next = #2 (struct item.next, src l->head,) add
  // CHECK: store l->head = #4 (struct list.head, src it, live) add
  // CHECK: store l->tab[] = #4 (struct list.tab[], src it, dead) add
  g = get(L);
  // CHECK: store g = #4 (-, src get, volatile) main
  g = NULL;
  // CHECK: store g = null (-, src null, volatile) main
  g = NULL;
  // CHECK-NOT: store g
  return 0;
}
