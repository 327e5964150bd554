// A struct variable is memory at level full even where the optimiser would make registers of it.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
#include <stdlib.h>
struct pair { char *a, *b; };
int main(void) {
  struct pair s = {0, 0};
  s.a = malloc(3);
  // CHECK: store s.a = #1 (struct pair.a, src malloc,) main
  s.b = s.a;
  // CHECK: store s.b = #1 (struct pair.b, src s.a,) main
  // CHECK: frame ends main
  return s.b == 0;
}
