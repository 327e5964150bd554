// Programs see the same lowest free descriptor as without us; one that closes all
// descriptors, changes directory and lowers its limits is still recorded to the end.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t
// RUN: %t.check %t.mscope | FileCheck %s
// CHECK: allocs=200000 frees=200000 {{.*}} bad=0 gaps=0 {{.*}} dropped=0 stop=0
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
static void churn(void) {
  for (int i = 0; i < 50000; i++) {
    void *volatile p = malloc(i & 255);
    free(p);
  }
}
int main(void) {
  int fd = dup(0);
  if (fd != 3)
    return 1;
  close(fd);
  churn();
  if (chdir("/") != 0)
    return 2;
  for (int i = 3; i < 2000; i++)
    close(i);
  churn();
  for (int i = 3; i < 1020; i++) /* our number is reused */
    open("/dev/null", O_RDONLY);
  churn();
  for (int i = 3; i < 1020; i++)
    close(i);
  struct rlimit limit = {16, 16};
  setrlimit(RLIMIT_NOFILE, &limit);
  churn();
  return 0;
}
