// Fully static executables are recorded through the linker's --wrap, libc's own calls
// included; -static-pie likewise.
// RUN: rm -f %t*.mscope
// RUN: %python %S/Inputs/wrap_flags.py %memscope_include %rt_lib > %t.rsp
// RUN: %cc -g -O0 -fno-omit-frame-pointer -static %s -o %t @%t.rsp
// RUN: env MEMSCOPE_OPTIONS=out=%t.mscope %t
// RUN: memscope dump %t.mscope | FileCheck %s
// RUN: %cc -g -O0 -fno-omit-frame-pointer -static-pie %s -o %t.pie @%t.rsp
// RUN: env MEMSCOPE_OPTIONS=out=%t.pie.mscope %t.pie
// RUN: memscope dump %t.pie.mscope | FileCheck %s
// CHECK: state=exited
// CHECK: alloc {{.*}} size=321
// CHECK: free
// CHECK: alloc {{.*}} size=6
// CHECK: exit status=0
#include <stdlib.h>
#include <string.h>
int main(void) {
  free(malloc(321));
  free(strdup("hello"));
  return 0;
}
