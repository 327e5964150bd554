// Limitation slot-pools: the parts that a pool gives out are recorded, but are no blocks of their own. A part that
// nobody points at any more is not lost, and what points at one is a holder of the whole pool.
// RUN: memscope-cc -g -O0 -I%memscope_include %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope dump --events %t.mscope | FileCheck --check-prefix=EVENTS %s
// RUN: memscope holders --width=200 %t.mscope | FileCheck %s
// RUN: memscope findings %t.mscope | FileCheck --check-prefix=FINDINGS %s
// CHECK: at the end: 1 tracked block, held by 2 slots
// CHECK: block 1 {{ *}}memory {{.*}}1,024 B
// CHECK-DAG: memory, in
// CHECK-DAG: held, in
// FINDINGS: no errors, no warnings
#include <stdlib.h>

#include "memscope/memscope.h"

static char *memory, *held, *dropped;
static size_t used;

static char *take(size_t size) {
  char *part = memory + used;
  used += size;
  memscope_pool_alloc(&used, part, size);
  return part;
}

int main(void) {
  memory = malloc(1024);
  // EVENTS: size=64
  held = take(64);
  // EVENTS: size=100
  dropped = take(100);
  dropped = NULL;
  return 0;
}
