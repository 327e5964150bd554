// With the archive in the executable and the shared object behind a library, one copy of the
// runtime records: every event is there once.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -Wl,--whole-archive %rt_lib/libmemscope_rt.a -Wl,--no-whole-archive -Wl,--export-dynamic-symbol=__memscope_abi_v4 -Wl,--export-dynamic-symbol=__memscope_tls -ldl
// RUN: env MEMSCOPE_OPTIONS=out=%t.mscope LD_PRELOAD=%rt_lib/libmemscope_rt.so %t
// RUN: memscope dump --events %t.mscope | FileCheck %s
// RUN: not ls %t.2.mscope
// CHECK: alloc {{.*}} size=321
// CHECK-NEXT: free
// CHECK-NEXT: exit
#include <stdlib.h>
int main(void) {
  free(malloc(321));
  return 0;
}
