// Atomic, volatile and tagged stores of pointers are recorded; a failed exchange is not, and an
// integer that is none is not looked at.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s --check-prefixes=CHECK,O0
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
_Atomic(char *) at;
char *volatile vol;
char *plain;
uintptr_t tagged, number;
int main(void) {
  char *volatile keep = malloc(10);
  char *p = keep, *q = malloc(11);
  // CHECK: store keep = #1
  atomic_store(&at, p);
  // CHECK: store at = #1 (-, src p, {{live |dead }}atomic)
  char *was = atomic_exchange(&at, q);
  // CHECK: store at = #2 (-, src q, {{live |dead }}atomic)
  char *expected = p;
  atomic_compare_exchange_strong(&at, &expected, was);
  // CHECK-NOT: store at
  // O0: store expected = #2
  // CHECK-NOT: store at
  expected = q;
  atomic_compare_exchange_strong(&at, &expected, was);
  // CHECK: store at = #1 (-, src was, {{live |dead }}atomic)
  __atomic_store_n(&plain, q, __ATOMIC_RELEASE);
  // CHECK: store plain = #2 (-, src q, {{live |dead }}atomic)
  __atomic_fetch_or((uintptr_t *)&plain, 1, __ATOMIC_RELAXED);
  // CHECK: store plain = #2+1 (-, src {{.*}}atomic)
  __atomic_fetch_and((uintptr_t *)&plain, ~(uintptr_t)1, __ATOMIC_RELAXED);
  // CHECK: store plain = #2 (-, src {{.*}}atomic)
  __atomic_fetch_add((uintptr_t *)&plain, 0, __ATOMIC_RELAXED); // or 0, for the optimiser
  // CHECK: store plain = #2 (-, src {{.*}}atomic)
  vol = p;
  // CHECK: store vol = #1 (-, src p, {{live |dead }}volatile)
  tagged = (uintptr_t)p | 1;
  // CHECK: store tagged = #1+1 (-, src p, {{live |dead }}offset)
  number = 12345;
  // CHECK-NOT: store number
  return 0;
}
