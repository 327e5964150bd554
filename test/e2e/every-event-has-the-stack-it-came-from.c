// The stack of every event is the one that it had, whatever stacks came before: functions that begin
// anew at the same address are told apart (those with loops have anchors, the others do not), after a
// longjmp, in threads, in a forked child. A block's size says on which way it was reached.
// REQUIRES: plugin, x86_64
// RUN: memscope-cc -g -O2 -fmemscope=alloc %s -o %t -pthread
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: env MEMSCOPE_OPTIONS=out=%t.d/:stack=64:free_stack=64 %t
// RUN: %python %S/Inputs/exact_stacks.py memscope %t.d | FileCheck %s
// RUN: memscope-cc -g -O0 -fmemscope=refs %s -o %t
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: env MEMSCOPE_OPTIONS=out=%t.d/:stack=64:free_stack=64 %t
// RUN: %python %S/Inputs/exact_stacks.py memscope %t.d | FileCheck %s
// CHECK: 2 traces, {{[1-9][0-9][0-9][0-9][0-9][0-9]}} allocations, 0 with another stack
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static __thread unsigned seed = 7;
static __thread jmp_buf out;
static unsigned next(unsigned n) {
  seed = seed * 1103515245u + 12345u;
  return (seed >> 16) % n;
}
static void step(unsigned way, int depth);
#define FUNCTION(n, times)                                              \
  __attribute__((noinline)) static void f##n(unsigned way, int depth) { \
    for (unsigned i = times; i > 0; i--)                                \
      step(way * 4 + n, depth - 1);                                     \
    __asm__ volatile("");                                               \
  }
FUNCTION(0, next(4))
FUNCTION(1, next(3))
FUNCTION(2, 1)
FUNCTION(3, 1)
__attribute__((noinline)) static void leaf(unsigned way) {
  void *volatile block = malloc(way);
  free(block);
}
__attribute__((noinline)) static void step(unsigned way, int depth) {
  static void (*const f[])(unsigned, int) = {f0, f1, f2, f3};
  if (next(300) == 0)
    longjmp(out, 1);
  if (depth == 0 || next(4) == 0)
    leaf(way);
  else
    f[next(4)](way, depth);
  __asm__ volatile("");
}
static void *walk(void *p) {
  for (volatile int i = 0; i < 40000; i++)
    if (!setjmp(out))
      step(1, 5);
  return p;
}
int main(void) {
  walk(NULL);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, walk, NULL);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  pid_t child = fork();
  seed = 99;
  walk(NULL);
  int status = 0;
  return child > 0 ? waitpid(child, &status, 0) != child || status != 0 : 0;
}
