// Stores of pointers to one block to one slot at one site, with nothing recorded in between, are one
// event with the last value, under track=all; and one more each time that the clock is read. Another
// site, another block, another slot or another event ends the run.
// RUN: rm -f %t.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope dump --events %t.mscope > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: grep -c ' store ' %t.txt | FileCheck --check-prefix=COUNT %s
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

#include "hand_made_sites.h"
#include "memscope/memscope.h"

static void *slot, *second;

__attribute__((noinline)) static void put(void **where, void *value, const struct ms_site *site) {
  void *old = *where;
  *where = value;
  __memscope_store(where, value, old, site);
}

int main(void) {
  const struct ms_site *site = make_site(0, MS_SITE_STORE, 10), *other = make_site(1, MS_SITE_STORE, 20);
  // CHECK: alloc 0x[[A:[0-9a-f]+]]00 size=255
  // CHECK: alloc [[B:0x[0-9a-f]+]] size=40
  char *fill[16], *a, *b = NULL;
  for (int i = 0; i < 16; i++) /* one that begins at a multiple of 256 */
    fill[i] = malloc(1);
  a = aligned_alloc(256, 255);
  b = malloc(40);
  // The contexts become known.
  // CHECK: store [[SLOT:0x[0-9a-f]+]] value=[[B]]
  // CHECK: mark "known"
  put(&slot, b, site);
  put(&slot, b, other);
  put(&second, b, site);
  put(&second, b, other);
  memscope_mark("known");
  // From 1 to 200 with readings of the clock in between: two or three events in 32.
  // CHECK: store [[SLOT]] value=0x[[A]]c8
  // CHECK-NEXT: mark "one site"
  for (int i = 1; i <= 200; i++)
    put(&slot, a + i, site);
  memscope_mark("one site");
  // CHECK: store [[SLOT]] value=0x[[A]]01 [[FIRST:ctx=[0-9]+]]
  // CHECK: store [[SLOT]] value=0x[[A]]02 [[SECOND:ctx=[0-9]+]]
  // CHECK: store [[SLOT]] value=0x[[A]]03 [[FIRST]]
  // CHECK-NEXT: mark "two sites"
  put(&slot, a + 1, site);
  put(&slot, a + 2, other);
  put(&slot, a + 3, site);
  memscope_mark("two sites");
  // CHECK-NEXT: store [[SLOT]] value=[[B]]
  // CHECK-NEXT: store [[SLOT]] value=0x[[A]]05
  // CHECK-NEXT: store [[SLOT]] value=0x0
  // CHECK-NEXT: store [[SLOT]] value=[[B]]
  // CHECK-NEXT: mark "two blocks"
  put(&slot, b, site);
  put(&slot, a + 5, site);
  put(&slot, NULL, site);
  put(&slot, b, site);
  memscope_mark("two blocks");
  // CHECK-NEXT: store [[SLOT]] value=0x[[A]]01
  // CHECK-NEXT: store [[TWO:0x[0-9a-f]+]] value=0x[[A]]01
  // CHECK-NEXT: store [[SLOT]] value=0x[[A]]02
  // CHECK-NEXT: store [[TWO]] value=0x[[A]]02
  // CHECK-NEXT: mark "two slots"
  for (int i = 1; i <= 2; i++) {
    put(&slot, a + i, site);
    put(&second, a + i, site);
  }
  memscope_mark("two slots");
  // Freed and handed out again: not the block that the slot held.
  // CHECK-NEXT: store [[SLOT]] value=[[B]]
  // CHECK-NEXT: free [[B]]
  // CHECK-NEXT: alloc [[B]] size=40
  // CHECK-NEXT: store [[SLOT]] value=[[B]]
  put(&slot, b, site);
  free(b);
  char *again = malloc(40);
  assert(again == b);
  put(&slot, again, site);
  // CHECK-NEXT: free
  for (int i = 0; i < 16; i++)
    free(fill[i]);
  // COUNT: {{^}}{{2[0-9]|3[0-9]}}{{$}}
  return 0;
}
