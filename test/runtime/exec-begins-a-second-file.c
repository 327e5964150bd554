// A program that executes itself keeps its process id; both halves have a trace, the first
// with an exec event. A failed exec is followed by further events.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: mkdir -p %t.d && rm -f %t.d/*
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.d/x.mscope %t
// RUN: %python %S/Inputs/check_all.py %t.check %t.d | FileCheck %s
// RUN: memscope dump %t.d/x.mscope | FileCheck --check-prefix=FIRST %s
// RUN: memscope dump %t.d/x.2.mscope | FileCheck --check-prefix=SECOND %s
// CHECK: traces=2 bad=0
// FIRST: state=running
// FIRST: exec
// FIRST: alloc {{.*}} size=31
// FIRST: exec
// FIRST-NOT: alloc
// SECOND: state=exited
// SECOND: alloc {{.*}} size=32
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *const again[] = {argv[0], "again", NULL};
  if (argc > 1)
    return malloc(32) == NULL;
  execv("/does/not/exist", again);
  free(malloc(31));
  execv(argv[0], again);
  return 1;
}
