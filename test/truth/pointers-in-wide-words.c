// Structures of 16 bytes that are atomic, which compilers store as one number, and vectors of numbers
// that were pointers: each word is a slot of its own.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include -Wno-atomic-alignment %s -latomic -o %t.O0
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include -Wno-atomic-alignment %s -latomic -o %t.O2
// RUN: memscope-cc -g -O2 -mcx16 -fmemscope=full -I %memscope_include -Wno-atomic-alignment %s -latomic -o %t.full
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O0.mscope %t.O0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O2.mscope %t.O2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.full.mscope %t.full
// RUN: memscope holders --width=200 --at=marks %t.O0.mscope | FileCheck %s
// RUN: memscope holders --width=200 --at=marks %t.O2.mscope | FileCheck %s
// RUN: memscope holders --width=200 --at=marks %t.full.mscope | FileCheck %s
// REQUIRES: x86_64
#include <memscope/memscope.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

struct tagged {
  char *head;
  uintptr_t count;
};
struct pair {
  char *left, *right;
};
typedef uint64_t two __attribute__((vector_size(16)));
static _Atomic struct tagged stack, copy;
static _Atomic struct pair pair;
static two numbers;

void *volatile *seen;
__attribute__((noinline)) static void escape(void *at) { seen = at; }

int main(void) {
  struct tagged first = {malloc(1), 1}, second = {malloc(2), 2};
  struct pair both = {malloc(3), malloc(4)};
  atomic_store(&stack, first);
  struct tagged next = atomic_load(&stack);
  next.count++;
  atomic_store(&copy, next);
  atomic_store(&pair, both);
  char *vector[2] = {malloc(5), malloc(6)};
  numbers = (two){(uintptr_t)vector[0], (uintptr_t)vector[1]};
  // CHECK-LABEL: at mark "stored"
  // CHECK: block 1 {{.*}} 1 B
  // CHECK-NEXT: stack, in
  // CHECK-NEXT: copy, in
  // CHECK: block 2 {{.*}} 2 B
  // CHECK-NOT: {{^}}  stack, in
  // CHECK: block 3 {{.*}} 3 B
  // CHECK-NEXT: pair, in
  // CHECK: block 4 {{.*}} 4 B
  // CHECK-NEXT: pair, in
  // CHECK: block 5 {{.*}} 5 B
  // CHECK-NEXT: numbers, in
  // CHECK: block 6 {{.*}} 6 B
  // CHECK-NEXT: numbers, in
  escape(&numbers);
  memscope_mark("stored");
  struct tagged expected = atomic_load(&stack), wrong = {0, 7};
  atomic_compare_exchange_strong(&stack, &wrong, second); // fails
  atomic_compare_exchange_strong(&stack, &expected, second);
  struct pair was = atomic_exchange(&pair, ((struct pair){both.right, NULL}));
  numbers = (two){7, 8};
  if (was.left != both.left)
    abort();
  // CHECK-LABEL: at mark "exchanged"
  // CHECK: block 1 {{.*}} 1 B
  // CHECK-NEXT: copy, in
  // CHECK-NOT: {{^}}  stack, in
  // CHECK: block 2 {{.*}} 2 B
  // CHECK-NEXT: stack, in
  // CHECK: block 3 {{.*}} 3 B
  // CHECK-NOT: {{^}}  pair, in
  // CHECK: block 4 {{.*}} 4 B
  // CHECK-NEXT: pair, in
  // CHECK-NOT: {{^  (pair|numbers)}}, in
  escape(&numbers);
  memscope_mark("exchanged");
  return 0;
}
