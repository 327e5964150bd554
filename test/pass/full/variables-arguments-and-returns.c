// At level full each assignment to a pointer variable, each function's entry, result and exit and
// each pointer handed to code outside is recorded, at every optimisation level alike, inlined or not.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O1 %s %t.rt.o -o %t.1 && %t.1 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O3 %s %t.rt.o -o %t.3 && %t.3 2>&1 | FileCheck %s
#include <stdlib.h>
#include <string.h>
struct obj { char *name; struct obj *next; } *head;
void (*volatile outside)(void *);
static void nothing(void *p) { (void)p; }
struct obj *find(const char *name, int or_head) {
  for (struct obj *o = head; o; o = o->next)
    if (!strcmp(o->name, name))
      return o;
  if (!or_head)
    return NULL;
  return head;
}
int main(void) {
  // CHECK: enter main
  struct obj *o = malloc(sizeof *o);
  // CHECK-NEXT: bind o = #1 (src malloc,) main
  o->name = strdup("x");
  // CHECK-NEXT: store o->name = #2 (struct obj.name, src strdup,) main
  o->next = NULL;
  head = o;
  // CHECK-NEXT: store head = #1 (-, src o, dead) main
  struct obj *f = find("x", 0);
  // CHECK-NEXT: enter find
  // CHECK-NEXT: bind o = #1 (src head,) find
  // CHECK-NEXT: leave find:[[@LINE-17]] = #1 (src o, dead)
  // CHECK-NEXT: bind f = #1 (src find,) main
  f = find("y", 1);
  // CHECK-NEXT: enter find
  // CHECK-NEXT: bind o = #1 (src head,) find
  // CHECK-NEXT: bind o = null (src o->next,) find
  // CHECK-NEXT: leave find:[[@LINE-20]] = #1 (src head,)
  // CHECK-NEXT: bind f = #1 (src find,) main
  outside = nothing;
  outside(f);
  // CHECK-NEXT: pass #1 as 0 of outside (src f, dead) main
  // CHECK-NEXT: enter nothing
  // CHECK-NEXT: bind p = #1 (src none,) nothing
  // CHECK-NEXT: leave nothing:{{[0-9]+}} = null
  return 0;
  // CHECK-NEXT: leave main:{{[0-9]+}} = null
}
