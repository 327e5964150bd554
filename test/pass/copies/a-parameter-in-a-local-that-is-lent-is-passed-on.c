// A parameter is proven to be borrowed only if all that becomes of it is seen. One that lies in a local variable
// or a local structure whose address is handed out is passed on; one that stays in a local structure is
// followed through it, and so is one with a tag in its low bits.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && env RECORDS=1 %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 %s %t.rt.o -o %t.2 && env RECORDS=1 %t.2 2>&1 | FileCheck %s
#include <stdint.h>
#include <stdlib.h>
struct pair { char *first, *second; };
uintptr_t tagged;
__attribute__((noinline)) static void drop(char **p) { free(*p); *p = NULL; }
// CHECK: func void by_address(char *p)
// CHECK-NEXT: param 0 p (char): passed
void by_address(char *p) { drop(&p); }
// CHECK: func void in_structure(char *p, void (*f)(struct pair *))
// CHECK-NEXT: param 0 p (char): passed
void in_structure(char *p, void (*f)(struct pair *)) {
  struct pair pair = {p, p};
  f(&pair);
}
// CHECK: func void through_structure(char *p)
// CHECK-NEXT: param 0 p (char): freed
void through_structure(char *p) {
  struct pair pair = {NULL, NULL};
  pair.second = p;
  free(pair.second);
}
// CHECK: func int stays(char *p)
// CHECK-NEXT: param 0 p (char):{{$}}
int stays(char *p) {
  struct pair pair = {NULL, NULL};
  pair.second = p;
  return *pair.second;
}
// CHECK: func void with_tag(char *p)
// CHECK-NEXT: param 0 p (char): stored
void with_tag(char *p) { tagged = (uintptr_t)p | 1; }
int main(void) { return 0; }
