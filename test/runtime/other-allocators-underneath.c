// jemalloc and mimalloc may be the allocator underneath.
// REQUIRES: jemalloc, mimalloc
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD="%rt_lib/libmemscope_rt.so libjemalloc.so.2" MEMSCOPE_OPTIONS=out=%t.1.mscope %t
// RUN: %t.check %t.1.mscope | FileCheck %s
// RUN: env LD_PRELOAD="%rt_lib/libmemscope_rt.so libmimalloc.so.2" MEMSCOPE_OPTIONS=out=%t.2.mscope %t
// RUN: %t.check %t.2.mscope | FileCheck %s
// CHECK: allocs=1{{2[0-9]+}} {{.*}} bad=0 gaps=0
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
static void *work(void *p) {
  for (int i = 0; i < 10000; i++) {
    char *q = realloc(malloc(i & 255), (i & 511) + 1);
    free(strdup(memset(q, 'x', 1)));
    free(q);
  }
  return p;
}
int main(void) {
  pthread_t t[4];
  for (int k = 0; k < 4; k++)
    pthread_create(&t[k], NULL, work, NULL);
  for (int k = 0; k < 4; k++)
    pthread_join(t[k], NULL);
  return 0;
}
