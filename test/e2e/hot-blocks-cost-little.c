// Under track=auto, at level refs, that a variable gets a block is recorded 256 times for each, copies
// to memory still after that; and where blocks come from that are copied too often, fewer of the
// next ones are followed. With track=all nothing is left out, nor are names at level full.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O2 -fmemscope=refs %s -o %t && env MEMSCOPE_OPTIONS=track=auto:out=%t.mscope %t
// RUN: memscope dump --events %t.mscope > %t.txt
// RUN: grep -c ' bind ' %t.txt | FileCheck --check-prefix=NAMES %s
// RUN: grep -c ' store ' %t.txt | FileCheck --check-prefix=STORES %s
// RUN: grep -c ' alloc 0x4[0-9a-f]* size=40' %t.txt | FileCheck --check-prefix=BLOCKS %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t
// RUN: memscope dump --events %t.all.mscope > %t.all.txt
// RUN: grep -c ' bind ' %t.all.txt | FileCheck --check-prefix=ALL-NAMES %s
// RUN: grep -c ' alloc 0x4[0-9a-f]* size=40' %t.all.txt | FileCheck --check-prefix=ALL-BLOCKS %s
// NAMES: {{^25[3-6]$}}
// ALL-NAMES: {{^}}2000{{$}}
// BLOCKS: {{^1?[0-9]$}}
// ALL-BLOCKS: {{^}}300{{$}}
// STORES: {{^[4-8][0-9][0-9][0-9][0-9]$}}
#include <stdlib.h>

struct box {
  int n;
};
static struct box *box;
static void *volatile slots[2];
static volatile int sum;

__attribute__((noinline)) static struct box *get(int i) {
  sum += i;
  return box;
}

int main(void) {
  box = calloc(1, sizeof *box);
  for (int i = 0; i < 2000; i++) {
    struct box *b = get(i);
    b->n += i;
  }
  for (int i = 0; i < 100; i++)
    slots[i % 2] = box; /* more than 256 in all, and still recorded */
  for (int i = 0; i < 300; i++) {
    void *hot = malloc(40);
    for (int k = 0; k < 5000; k++)
      slots[k % 2] = hot;
    slots[0] = slots[1] = NULL;
    free(hot);
  }
  free(box);
  return 0;
}
