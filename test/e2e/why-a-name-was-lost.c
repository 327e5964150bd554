// The recorded copies of a real program tell who held what: a list item moves into the list
// and on, and freeing an item loses the name that it held.
// RUN: memscope-cc -g -O1 -fmemscope=refs -I%memscope_include %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all memscope run -q -o %t.mscope -- %t
// RUN: memscope why %t.mscope 'it->name' | FileCheck %s
// RUN: memscope holders --at=marks %t.mscope | FileCheck --check-prefix=MARKS %s

// CHECK:      it->name: 2 blocks
// CHECK:      lives at the end of the trace
// CHECK-NEXT: holder it->name, in block
// CHECK:      freed with it->name, in block
// CHECK-NEXT: lives at the end of the trace
// CHECK-NEXT: LOST it->name, in block

// MARKS: at mark "two"
// MARKS: it struct item
// MARKS-NEXT: keeps 20 B in 2 blocks, with itself
// MARKS-NEXT: it->next, in block {{[0-9]+}} at +0 move
// MARKS: at mark "popped"
// MARKS: nobody: the last one, it->name, in block
// MARKS-NEXT: went away with the block it lay in
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "memscope/memscope.h"
struct item { struct item *next; char *name; };
struct list { struct item *head; int n; };
static struct list *list;
static char *dup_name(const char *s) { char *p = malloc(strlen(s) + 1); strcpy(p, s); return p; }
static void push(struct list *l, const char *name) {
  struct item *it = malloc(sizeof *it);
  it->name = dup_name(name);
  it->next = l->head;
  l->head = it;
  l->n++;
}
static void pop(struct list *l) {
  struct item *it = l->head;
  l->head = it->next;
  free(it);
}
int main(void) {
  list = calloc(1, sizeof *list);
  push(list, "one");
  push(list, "two");
  memscope_mark("two");
  pop(list);
  memscope_mark("popped");
  return 0;
}
