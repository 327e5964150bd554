// A return of a function whose frame holds a tracked pointer says so, and so does the end of a
// variable's scope at -O1 and up; a frame without slots says nothing.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s --check-prefixes=CHECK,O2
// RUN: env NO_ARENA=1 %t.0 2>&1 | count 0
// RUN: env NO_ARENA=1 %t.2 2>&1 | count 0
#include <stdlib.h>
#define NOINLINE __attribute__((noinline))
struct pair { char *a, *b; };
char *heap;
NOINLINE void use(void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }
NOINLINE void slots(int n) {
  for (int i = 0; i < n; ++i) {
    struct pair s = {0, 0};
    s.b = heap;
    use(&s);
  }
}
NOINLINE void no_slots(int n) {
  int numbers[4] = {n};
  char text[32] = "text";
  use(numbers);
  use(text);
}
int main(void) {
  heap = malloc(3);
  // CHECK: store heap = #1
  slots(2);
  // CHECK: store s.b = #1 (struct pair.b, src heap,) slots
  // O2-NEXT: scope of s ends, 16 bytes slots
  // CHECK: store s.b = #1 (struct pair.b, src heap,) slots
  // O2-NEXT: scope of s ends, 16 bytes slots
  // CHECK: frame ends slots:[[@LINE-15]]
  no_slots(2);
  // CHECK-NOT: frame ends no_slots
  return 0;
}
