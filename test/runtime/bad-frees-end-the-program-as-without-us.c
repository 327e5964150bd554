// Freeing or resizing a followed block twice, or from its middle, is recorded and then ends the
// program with libc's own message and signal, whatever lies before the block.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -w -fno-builtin -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.1.mscope sh -c '%t double; echo status $?' > %t.out 2>&1; cat %t.out | FileCheck %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.2.mscope sh -c '%t middle; echo status $?' > %t.out 2>&1; cat %t.out | FileCheck %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.3.mscope sh -c '%t resize; echo status $?' > %t.out 2>&1; cat %t.out | FileCheck %s
// RUN: memscope dump --events %t.1.mscope | FileCheck --check-prefix=EVENTS %s
// CHECK: (): invalid pointer
// CHECK: status 134
// EVENTS: alloc {{.*}} size=40
// EVENTS: alloc [[B:0x4[0-9a-f]+]] size=40
// EVENTS: free [[B]]
// EVENTS: free [[B]]
#include <stdlib.h>
#include <string.h>

#include "hand_made_sites.h"

int main(int argc, char **argv) {
  char *before = malloc(40), *block = malloc(40);
  memset(before, 0xff, 40);
  if (strcmp(argv[1], "middle") == 0)
    free(block + 16);
  free(block);
  if (strcmp(argv[1], "double") == 0)
    free(block);
  if (strcmp(argv[1], "resize") == 0)
    block = realloc(block, 100);
  return 0;
}
