// A vfork child shares its parent's memory: what it allocates is in the parent's trace, its
// exit is not the parent's, and what it executes has a trace of its own.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: mkdir -p %t.d && rm -f %t.d/*
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.d/ %t
// RUN: %python %S/Inputs/check_all.py %t.check %t.d | FileCheck %s
// CHECK-DAG: live=1 bad=0 {{.*}} exec=0 fork=0 exit=1 state=1 dropped=0
// CHECK-DAG: allocs=7 frees=0 {{.*}} state=1
// CHECK: traces=2 bad=0
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
  if (argc > 1) {
    for (volatile int i = 0; i < 7; i++)
      malloc(3);
    return 0;
  }
  pid_t pid = vfork();
  if (pid == 0) {
    free(malloc(1));
    malloc(2);
    execl(argv[0], argv[0], "again", (char *)NULL);
    _exit(1);
  }
  waitpid(pid, NULL, 0);
  pid = vfork();
  if (pid == 0)
    _exit(1);
  waitpid(pid, NULL, 0);
  free(malloc(1));
  return 0;
}
