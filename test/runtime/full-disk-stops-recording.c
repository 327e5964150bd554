// On a full file system recording stops with one line; no SIGBUS, and the program goes on.
// REQUIRES: mount
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: mkdir -p %t.mnt
// RUN: unshare -m sh -c 'mount -t tmpfs -o size=256k none %t.mnt && LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mnt/x.mscope %t && %t.check %t.mnt/x.mscope' > %t.out 2> %t.err
// RUN: FileCheck %s < %t.out
// RUN: FileCheck --check-prefix=ERR %s < %t.err
// CHECK: done 100000
// CHECK-NEXT: {{.*}}bad=0 gaps=0 {{.*}} stop=1
// ERR: memscope: recording stopped, the program goes on: no space left: {{.*}}x.mscope
// ERR-NOT: {{.}}
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  int i;
  for (i = 0; i < 100000; i++) {
    void *volatile p = malloc(i & 255);
    free(p);
  }
  printf("done %d\n", i);
  return 0;
}
