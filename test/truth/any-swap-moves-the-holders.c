// A swap of anything, through a buffer of bytes on the stack, moves the pointers too; the buffer itself holds
// nothing when its function has returned.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include %s -o %t.O0
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t.O2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O0.mscope %t.O0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O2.mscope %t.O2
// RUN: memscope holders --width=200 --at=marks %t.O0.mscope | FileCheck %s
// RUN: memscope holders --width=200 --at=marks %t.O2.mscope | FileCheck %s
#include <memscope/memscope.h>
#include <stdlib.h>
#include <string.h>

struct item {
  int key;
  char *text;
};
static char *one, *two;
static struct item left, right;

__attribute__((noinline)) static void swap(void *a, void *b, size_t n) {
  char kept[n];
  memcpy(kept, a, n);
  memcpy(a, b, n);
  memcpy(b, kept, n);
}

__attribute__((noinline)) static void swap_small(void *a, void *b, size_t n) {
  char kept[64];
  if (n > sizeof kept)
    abort();
  memcpy(kept, a, n);
  memcpy(a, b, n);
  memcpy(b, kept, n);
}

int main(void) {
  one = malloc(1);
  two = malloc(2);
  left.text = malloc(3);
  right.text = malloc(4);
  swap(&one, &two, sizeof one);
  swap_small(&left, &right, sizeof left);
  // CHECK-LABEL: at mark "swapped" {{.*}}: 4 tracked blocks, held by 4 slots
  // CHECK: block 1 {{.*}} 1 B
  // CHECK-NEXT: b, in
  // CHECK: block 2 {{.*}} 2 B
  // CHECK-NEXT: a, in
  // CHECK: block 3 {{.*}} 3 B
  // CHECK-NEXT: b, in
  // CHECK: block 4 {{.*}} 4 B
  // CHECK-NEXT: a, in
  memscope_mark("swapped");
  return 0;
}
