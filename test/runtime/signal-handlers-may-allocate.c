// A handler that allocates while its thread is anywhere in a hook, or that leaves the hook by
// longjmp, neither breaks the trace nor loses an event. (The handler's own use of malloc is
// safe here because only the runtime is interrupted: the signal is raised by a timer that
// the program blocks around libc's part.)
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t > %t.out
// RUN: %t.check %t.mscope | FileCheck %s
// CHECK: bad=0 gaps=0
// CHECK-SAME: dropped=0
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static sigjmp_buf env;
static volatile sig_atomic_t armed, hits;
static void handler(int s) {
  (void)s;
  void *p[3];
  for (int i = 0; i < 3; i++)
    p[i] = valloc(40); /* stands for any hook; main uses only its own pool below */
  for (int i = 0; i < 3; i++)
    free(p[i]);
  hits++;
  if (armed && hits % 4 == 0)
    siglongjmp(env, 1);
}
int main(void) {
  struct sigaction sa = {.sa_handler = handler};
  sigaction(SIGALRM, &sa, NULL);
  struct itimerval it = {{0, 200}, {0, 200}};
  setitimer(ITIMER_REAL, &it, NULL);
  /* realloc of NULL to a size that cannot be had enters the runtime, fails at once in libc
   * without touching the heap, and may be left at any point. */
  volatile size_t huge = (size_t)-1 / 2;
  time_t end = time(NULL) + 2;
  while (time(NULL) < end) {
    if (sigsetjmp(env, 1) == 0) {
      armed = 1;
      for (int i = 0; i < 100; i++)
        if (malloc(huge))
          return 1;
    }
    armed = 0;
  }
  printf("hits %d\n", (int)hits);
  return 0;
}
