// Limitation lost-in-the-allocator: optimised, at level refs, a function that hands on what it allocates and
// drops it on its way to an error seems to have handed it on. So the line where it was lost is that where its
// caller would have got the block, not that of the error. At level full it is; at -O0 it is the function's end.
// RUN: memscope-cc -g -O2 -fmemscope=refs %s -o %t
// RUN: rm -f %t*.mscope
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings --width=250 %t.mscope | FileCheck --check-prefix=CALLER %s
// RUN: memscope-cc -g -O2 -fmemscope=full %s -o %t.full
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.full.mscope %t.full
// RUN: memscope findings --width=250 %t.full.mscope | FileCheck --check-prefix=FULL %s
// RUN: memscope-cc -g -O0 -fmemscope=refs %s -o %t.0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.0.mscope %t.0
// RUN: memscope findings --width=250 %t.0.mscope | FileCheck --check-prefix=END %s
#include <stdlib.h>

static volatile int is_broken = 1;

__attribute__((noinline)) static char *read_name(size_t size) {
  char *name = malloc(size);
  name[0] = 'n';
  if (is_broken)
    // FULL: lost {{.*}}call.c:[[@LINE+1]]:{{[0-9]+}}{{.*}} read_name
    return NULL;
  name[1] = 0;
  return name;
  // END: lost {{.*}}call.c:[[@LINE+1]]:{{[0-9]+}}{{.*}} read_name
}

int main(void) {
  // CALLER: lost {{.*}}call.c:[[@LINE+1]]:{{[0-9]+}}{{.*}} main
  char *name = read_name(50);
  if (!name)
    return 0;
  int sum = name[0];
  free(name);
  return sum;
}
