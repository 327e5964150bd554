// A block that comes through wrappers is named by the outermost caller that keeps it, whether the
// wrappers are inlined, called, reached through a function pointer or return strcpy's result; the
// wrapper's own call stays visible as "at".
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_sites.c -o %t.rt.o
// RUN: %clang -g -O0 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -O1 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t.1 && %t.1 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
// RUN: %clang -g -O3 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t.3 && %t.3 2>&1 | FileCheck %s
// RUN: %clang -g -Os -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %s %t.rt.o -o %t.s && %t.s 2>&1 | FileCheck %s
#include <stdlib.h>
#include <string.h>
struct item { char *name; struct item *next; };
static void *xmalloc(size_t n) { void *p = malloc(n); if (!p) abort(); return p; }
static char *xstrdup(const char *s) { char *r = xmalloc(strlen(s) + 1); return strcpy(r, s); }
static struct item *item_new(const char *s) {
  struct item *it = xmalloc(sizeof *it);
  it->name = xstrdup(s);
  it->next = 0;
  return it;
}
__attribute__((noinline)) static void *outlined(size_t n) { return xmalloc(n); }
void *(*volatile pointer)(size_t) = outlined;
struct item *head;
char *g, *volatile keep;

int main(void) {
  head = item_new("hello");
  // CHECK: malloc(16) head (struct item) in main, at xmalloc
  // CHECK-NEXT: malloc(6) it->name (char) in item_new, at xmalloc
  g = outlined(5);
  // CHECK-NEXT: malloc(5) g (char) in main, at xmalloc
  keep = pointer(7);
  // CHECK-NEXT: malloc(7) keep (char) in main, at xmalloc
  return 0;
}
