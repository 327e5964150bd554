// Where the addresses of the arena cannot be reserved nothing is followed, the trace says why,
// and the program and all other recording go on.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: sh -c 'ulimit -v 4000000; MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t' 2>&1 | FileCheck --check-prefix=SAID %s
// RUN: memscope dump %t.mscope | FileCheck %s
// SAID: memscope: pointers are not followed: no room for the tracked arena
// SAID: not in the arena
// CHECK-DAG: info "track" value="off"
// CHECK-DAG: info "track-off" value="no room for the tracked arena"
// CHECK: alloc {{.*}} size=123
#include <stdio.h>
#include <stdlib.h>

#include "hand_made_sites.h"

int main(void) {
  void *p = malloc(123);
  puts(in_arena(p) ? "in the arena" : "not in the arena");
  __memscope_store(&p, p, NULL, make_site(0, MS_SITE_STORE, 10));
  free(p);
  return 0;
}
