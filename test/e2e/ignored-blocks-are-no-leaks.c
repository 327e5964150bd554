// A block given to memscope_ignore is no leak, nor is what only it leads to; the one beside it is.
// RUN: memscope-cc -g -O0 -fmemscope=refs -I%memscope_include %s -o %t
// RUN: memscope run -q -o %t.mscope -O track=all --fail-on=free -- %t
// RUN: memscope findings --all %t.mscope | FileCheck %s
// RUN: memscope why %t.mscope kept | FileCheck --check-prefix=WHY %s
// WHY: ignored {{ *}}it is meant to live until the program ends
// RUN: memscope dump --events %t.mscope | FileCheck --check-prefix=EVENT %s

#include <stdlib.h>

#include "memscope/memscope.h"

struct node {
  struct node *next;
};

static struct node *kept, *dropped;

int main(void) {
  kept = malloc(sizeof *kept);
  kept->next = malloc(sizeof *kept);
  memscope_ignore(kept);
  kept = NULL;
  dropped = malloc(3 * sizeof *dropped);
  // CHECK-NOT: leak.lost
  // CHECK: ignored-blocks-are-no-leaks.c:{{[0-9:]+}} error: 24 bytes are lost: dropped was overwritten [leak.lost]
  // CHECK-NOT: [leak
  // CHECK: 1 error: 1 leak
  dropped = NULL;
  return 0;
}
// EVENT: name 0x{{[0-9a-f]+}} "memscope:ignore"
