// Limitations copy-int-loops and copy-high-tags: a pointer that a loop copies as a number, whose origin
// another function knows, is not recorded; nor is one that is stored in halves or in a wider integer, nor one
// with a tag in its upper bits. The same pointer is
// if the function itself made it a number, or if the tag is in its lower bits.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 -fno-builtin %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
#include <stdint.h>
#include <stdlib.h>
char *from, *end;
long words[2];
uintptr_t boxed, tagged;
struct {
  unsigned low, high;
} halves;
unsigned __int128 wide;

__attribute__((noinline)) static void copy_longs(long *to, const long *source, int n) {
  for (int i = 0; i < n; i++)
    to[i] = source[i];
}

__attribute__((noinline)) static void copy_chars(char *to, const char *source, int n) {
  for (volatile int i = 0; i < n; i++)
    to[i] = source[i];
}

int main(void) {
  // CHECK: store from = #1
  from = malloc(10);
  // CHECK-NOT: words
  copy_longs(words, (long *)&from, 1);
  copy_chars((char *)(words + 1), (char *)&from, sizeof from);
  if (words[0] != words[1])
    abort();
  // CHECK: store words[0] = #1
  words[0] = (long)from;
  // CHECK-NOT: boxed
  boxed = (uintptr_t)from | UINT64_C(0xfff8) << 48;
  // CHECK-NOT: halves
  halves.low = (unsigned)(uintptr_t)from;
  halves.high = (unsigned)((uintptr_t)from >> 32);
  // CHECK-NOT: wide
  wide = (unsigned __int128)(uintptr_t)from << 64 | (uintptr_t)from;
  // CHECK: store tagged = #1+1
  tagged = (uintptr_t)from | 1;
  // CHECK-NEXT: store end = #1
  end = from;
  return 0;
}
