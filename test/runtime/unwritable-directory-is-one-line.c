// A trace that cannot be created costs one line on standard error and nothing else.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.missing/ %t > %t.out 2>&1
// RUN: FileCheck %s < %t.out
// CHECK: memscope: cannot create {{.*}}.missing/{{.*}}.mscope: ENOENT, not recording
// CHECK-NEXT: done
// CHECK-NOT: {{.}}
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  free(malloc(10));
  puts("done");
  return 0;
}
