// A loop that copies some pointers of an array, which AVX does with masked stores, gives them their holders
// and no others.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O2 -fmemscope=refs -mavx2 -I %memscope_include %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --at=marks %t.mscope | FileCheck %s
// REQUIRES: x86_64
#include <memscope/memscope.h>
#include <stdlib.h>

static char *from[64], *to[64];
static int which[64];

__attribute__((noinline)) static void copy(char **restrict out, char **restrict in, const int *keep,
                                           int n) {
  for (int i = 0; i < n; i++)
    if (keep[i])
      out[i] = in[i];
}

int main(void) {
  if (__builtin_cpu_supports("avx2")) {
    char *even = malloc(1), *odd = malloc(2);
    for (int i = 0; i < 64; i++) {
      from[i] = i % 2 ? odd : even;
      to[i] = odd;
      which[i] = i % 4 == 0;
    }
    memscope_mark("before");
    copy(to, from, which, 64);
  } else {
    memscope_mark("before");
  }
  // 32 of from[]; 16 of to[], which have got another block: 48 hold each.
  // CHECK-LABEL: at mark "before"
  // CHECK-LABEL: at mark "after"
  // CHECK: block 1 {{.*}} 1 B
  // CHECK-COUNT-32: from[], in
  // CHECK-COUNT-16: out[], in
  // CHECK-NEXT: block 2 {{.*}} 2 B
  // CHECK-COUNT-80: [], in
  // CHECK-NOT: , in
  memscope_mark("after");
  return 0;
}
