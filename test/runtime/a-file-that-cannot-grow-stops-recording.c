// When the trace cannot grow (file size limit, option maxsize) recording stops; the program gets no signal and
// its output and status are unchanged. One line says so, unless the limit is the user's own: then the
// trace does, and standard error is the program's alone.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.1.mscope %t 300000 > %t.out 2> %t.err
// RUN: FileCheck --check-prefix=OUT %s < %t.out
// RUN: FileCheck --check-prefix=ERR %s < %t.err
// RUN: %t.check %t.1.mscope | FileCheck %s
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.2.mscope:maxsize=200K %t 0 > %t.out 2> %t.err
// RUN: FileCheck --check-prefix=OUT %s < %t.out
// RUN: count 0 < %t.err
// RUN: %t.check %t.2.mscope | FileCheck %s
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.3.mscope:maxsize=200K:verbose=1 %t 0 2>&1 > %t.out | grep stopped | FileCheck --check-prefix=ERR %s
// OUT: done 100000
// ERR: memscope: recording stopped, the program goes on: file size limit reached: {{.*}}.mscope
// ERR-NOT: {{.}}
// CHECK: bad=0 gaps=0 {{.*}} dropped={{[1-9][0-9]+}} stop=2
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
int main(int argc, char **argv) {
  struct rlimit limit = {strtoul(argv[1], NULL, 10), RLIM_INFINITY};
  if (limit.rlim_cur)
    setrlimit(RLIMIT_FSIZE, &limit);
  int i;
  for (i = 0; i < 100000; i++) {
    void *volatile p = malloc(i & 255);
    free(p);
  }
  printf("done %d\n", i);
  return 0;
}
