// Every function that the module defines has a record with its declaration, followed by one for each
// parameter that says what may happen to it; modules announce their level.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && env RECORDS=1 %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 %s %t.rt.o -o %t.2 && env RECORDS=1 %t.2 2>&1 | FileCheck %s
#include <stdlib.h>
#include <string.h>
struct obj { char *name; };
typedef int compare_fn(const void *, const void *);
char *keep;
void outside(void *);
// CHECK: module records refs
static void release(struct obj *o) { free(o); }
// CHECK-NEXT: func struct obj *same(struct obj *o, const char *name, size_t n) -> struct obj * [3]:{{$}}
// CHECK-NEXT: param 0 o (struct obj): returned stored{{$}}
// CHECK-NEXT: param 1 name (const char): const
// CHECK-NEXT: param 2 n (size_t):{{$}}
struct obj *same(struct obj *o, const char *name, size_t n) {
  o->name[n] = *name;
  keep = (char *)o;
  return o;
}
// CHECK-NEXT: func void drop(struct obj *o, compare_fn *f, ...) -> void [2]: variadic
// CHECK-NEXT: param 0 o (struct obj): freed
// CHECK-NEXT: param 1 f (compare_fn): passed
void drop(struct obj *o, compare_fn *f, ...) {
  struct obj *other = o;
  release(other);
  outside((void *)f);
}
__attribute__((weak)) void outside(void *p) { (void)p; }
// clang emits static functions where they are first needed.
// CHECK-NEXT: func void release(struct obj *o) -> void [1]: static
// CHECK-NEXT: param 0 o (struct obj): freed
// CHECK-NEXT: func void outside(void *p) -> void [1]:{{$}}
// CHECK-NEXT: param 0 p (void):{{$}}
// CHECK-NEXT: func int main(void) -> int [0]:
int main(void) { return 0; }
