// A handler that allocates while its thread is anywhere in a hook, or that leaves the hook by
// longjmp, neither breaks the trace nor loses an event. libc's malloc must not be used like
// this, so an allocator that may be interrupted anywhere lies underneath.
// RUN: rm -f %t*.mscope
// RUN: %cc -O2 -shared -fPIC -DHEAP %s -o %t.heap.so
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD="%rt_lib/libmemscope_rt.so %t.heap.so" MEMSCOPE_OPTIONS=out=%t.1.mscope %t
// RUN: %t.check %t.1.mscope | FileCheck %s
// RUN: env LD_PRELOAD="%rt_lib/libmemscope_rt.so %t.heap.so" MEMSCOPE_OPTIONS=out=%t.2.mscope %t jump
// RUN: %t.check %t.2.mscope | FileCheck --check-prefix=JUMP %s
// CHECK: live=0 bad=0 gaps=0
// CHECK-SAME: dropped=0
// JUMP: bad=0 gaps=0
// JUMP-SAME: dropped=0
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#ifdef HEAP
/* 64 slots of 1 KiB by atomic exchange, then fresh memory for ever. */
static char slots[64][1024] __attribute__((aligned(16)));
static _Atomic char used[64];
static char fresh[1 << 28] __attribute__((aligned(16)));
static _Atomic size_t top;
void *malloc(size_t n) {
  for (int i = 0; i < 64 && n <= 1024; i++)
    if (!used[i] && !__atomic_exchange_n((char *)&used[i], 1, __ATOMIC_ACQ_REL))
      return slots[i];
  size_t at = __atomic_fetch_add((size_t *)&top, (n + 31) & ~(size_t)15, __ATOMIC_RELAXED) + 16;
  return at + n < sizeof fresh ? fresh + at : NULL;
}
void free(void *p) {
  size_t i = (size_t)((char *)p - slots[0]) / 1024;
  if ((char *)p >= slots[0] && i < 64)
    __atomic_store_n((char *)&used[i], 0, __ATOMIC_RELEASE);
}
void *calloc(size_t n, size_t m) { return memset(malloc(n * m), 0, n * m); }
void *realloc(void *p, size_t n) { /* never called here */ return p ? p : malloc(n); }
#else
static sigjmp_buf env;
static volatile sig_atomic_t armed, hits;
static void handler(int s) {
  (void)s;
  int saved = errno;
  void *p[3];
  for (int i = 0; i < 3; i++)
    p[i] = malloc(40);
  for (int i = 0; i < 3; i++)
    free(p[i]);
  hits++;
  errno = saved;
  if (armed && hits % 4 == 0)
    siglongjmp(env, 1);
}
int main(int argc, char **argv) {
  (void)argv;
  struct sigaction sa = {.sa_handler = handler};
  sigaction(SIGALRM, &sa, NULL);
  struct itimerval it = {{0, 150}, {0, 150}};
  setitimer(ITIMER_REAL, &it, NULL);
  while (hits < 4000) {
    if (sigsetjmp(env, 1) == 0) {
      armed = argc > 1;
      for (int i = 0; i < 100; i++) {
        void *volatile p = malloc((size_t)i * 8);
        errno = 77;
        free(p);
        if (errno != 77)
          return 1;
      }
    }
    armed = 0;
  }
  struct itimerval off = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &off, NULL);
  return 0;
}
#endif
