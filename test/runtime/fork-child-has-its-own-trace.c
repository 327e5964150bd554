// A forked child writes to a trace of its own, names its parent, and leaves the parent's trace
// alone; also if it is made by _Fork or by the system call itself, from a program with
// several threads that allocate meanwhile.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: mkdir -p %t.d && rm -f %t.d/*
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.d/ %t > %t.out
// RUN: FileCheck --check-prefix=RUNS %s < %t.out
// RUN: %python %S/Inputs/check_all.py %t.check %t.d | FileCheck %s
// RUNS: children ok 40
// CHECK: traces=41 bad=0
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
pid_t _Fork(void);
static volatile int stop;
static void *noise(void *p) {
  (void)p;
  while (!stop)
    free(malloc(100));
  return NULL;
}
int main(void) {
  pthread_t t[2];
  for (int k = 0; k < 2; k++)
    pthread_create(&t[k], NULL, noise, NULL);
  int ok = 0;
  for (int i = 0; i < 40; i++) {
    void *mine = malloc(50);
    pid_t pid = i % 3 == 0 ? fork() : i % 3 == 1 ? _Fork() : (pid_t)syscall(SYS_fork);
    if (pid == 0) {
      if (i % 3 == 0)
        for (int n = 0; n < 1000; n++)
          free(malloc(n));
      else
        syscall(SYS_getpid);
      if (i % 3 != 2)
        free(mine);
      else
        free(malloc(1)); /* libc's locks are nobody's after a bare fork; main arena here */
      _exit(7);
    }
    int status;
    waitpid(pid, &status, 0);
    ok += WIFEXITED(status) && WEXITSTATUS(status) == 7;
    free(mine);
  }
  stop = 1;
  for (int k = 0; k < 2; k++)
    pthread_join(t[k], NULL);
  printf("children ok %d\n", ok);
  return 0;
}
