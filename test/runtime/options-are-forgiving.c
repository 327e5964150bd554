// Unknown options and bad values are one warning each; the program is recorded all the same.
// record=0, and the names that build systems give their probes, mean no trace at all.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=nope=1:stack=1000:out=%t.mscope:record %t > %t.out 2>&1
// RUN: FileCheck %s < %t.out
// CHECK-DAG: memscope: MEMSCOPE_OPTIONS: nope=1: unknown option, ignored
// CHECK-DAG: memscope: MEMSCOPE_OPTIONS: stack=1000: ignored, expected frames
// CHECK-DAG: memscope: MEMSCOPE_OPTIONS: record: ignored, expected 0 or 1
// CHECK-DAG: done
// RUN: %t.check %t.mscope
// RUN: rm -rf %t.d && mkdir %t.d && cp %t %t.d/conftest && cp %t %t.d/cmTC_1234
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.d/:record=0 %t
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.d/ %t.d/conftest
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.d/ %t.d/cmTC_1234
// RUN: not ls %t.d/*.mscope
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  free(malloc(10));
  puts("done");
  return 0;
}
