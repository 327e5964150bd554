// A trace that cannot be created costs one line on standard error and nothing else.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// The last directory of the path is made if it is missing; the others are not.
// RUN: rm -rf %t.made
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.made/ %t | FileCheck --check-prefix=MADE %s
// RUN: ls %t.made/*.mscope
// MADE: done
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.missing/too/ %t > %t.out 2>&1
// RUN: FileCheck %s < %t.out
// CHECK: memscope: cannot create {{.*}}.missing/too/{{.*}}.mscope: no such directory, not recording
// CHECK-NEXT: done
// CHECK-NOT: {{.}}
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  free(malloc(10));
  puts("done");
  return 0;
}
