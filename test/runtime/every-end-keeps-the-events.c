// However a program ends, its last event is in the trace; after exit and _exit the trace says
// so.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: %python %S/Inputs/run_ends.py %t %rt_lib/libmemscope_rt.so %t.check | FileCheck %s
// CHECK: return: allocs=101 {{.*}} exit=1 state=1
// CHECK: exit: allocs=101 {{.*}} exit=1 state=1
// CHECK: _exit: allocs=101 {{.*}} exit=1 state=1
// CHECK: quick_exit: allocs=101 {{.*}} exit=1 state=1
// CHECK: syscall: allocs=101 {{.*}} exit=0 state=0
// CHECK: abort: allocs=101 {{.*}} exit=0 state=0
// CHECK: segv: allocs=101 {{.*}} exit=0 state=0
// CHECK: kill: allocs=101 {{.*}} exit=0 state=0
// CHECK: atexit: allocs=102 {{.*}} exit=1 state=1
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
static void late(void) { malloc(9); }
int main(int argc, char **argv) {
  const char *how = argv[1];
  if (!strcmp(how, "atexit"))
    atexit(late);
  for (volatile int i = 0; i < 101; i++)
    malloc(10);
  if (!strcmp(how, "exit"))
    exit(3);
  if (!strcmp(how, "_exit"))
    _exit(3);
  if (!strcmp(how, "quick_exit"))
    quick_exit(3);
  if (!strcmp(how, "syscall"))
    syscall(SYS_exit_group, 3);
  if (!strcmp(how, "abort"))
    abort();
  if (!strcmp(how, "segv"))
    *(volatile int *)8 = 1;
  if (!strcmp(how, "kill"))
    kill(getpid(), SIGKILL);
  return 0;
}
