// Under track=auto a block is followed for 4,096 copies of its pointer; then one event says that it
// is muted, and its copies cost no events. What a muted pointer overwrites is still said, and a
// new block at the same address is followed again. track=all goes on for ever.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=auto:out=%t.auto.mscope %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t
// RUN: memscope dump --events %t.auto.mscope > %t.auto.txt
// RUN: FileCheck %s < %t.auto.txt
// RUN: grep -c ' store ' %t.auto.txt | FileCheck --check-prefix=COUNT %s
// RUN: memscope dump --events %t.all.mscope | grep -c ' store ' | FileCheck --check-prefix=ALL %s
// RUN: memscope dump --events %t.all.mscope | not grep ' mute '
// COUNT: {{^}}74100{{$}}
// The same value again is one event with the one before, unless the clock is read in between.
// ALL: {{^}}8000{{[56]}}{{$}}
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

#include "hand_made_sites.h"

static void *slots[2];

static void put_in(int i, void *value, const struct ms_site *site) {
  void *old = slots[i];
  slots[i] = value;
  __memscope_store(&slots[i], value, old, site);
}
static void put(void *value, const struct ms_site *site) { put_in(0, value, site); }

int main(void) {
  const struct ms_site *site = make_site(0, MS_SITE_STORE, 10);
  // CHECK: alloc [[HOT:0x[0-9a-f]+]] size=64
  // CHECK: alloc [[OTHER:0x[0-9a-f]+]] size=48
  char *hot = malloc(64), *other = malloc(48);
  assert(in_arena(hot) && in_arena(other));
  // CHECK: mute [[HOT]]{{$}}
  // CHECK-NOT: value=
  for (int i = 0; i < 10000; i++)
    put_in(i & 1, hot, site);
  // CHECK: store {{.*}} value=[[OTHER]]
  put(other, site);
  // CHECK-NEXT: store {{.*}} value=[[HOT]]
  put(hot, site);
  // CHECK-NOT: store
  put(hot, site);
  // CHECK: free [[HOT]]
  slots[0] = slots[1] = NULL;
  free(hot);
  // CHECK: alloc [[HOT]] size=64
  // CHECK: store {{.*}} value=[[HOT]]
  char *again = malloc(64);
  assert(again == hot);
  put(again, site);
  free(again);
  // Nor do copies of a dangling pointer mute the block that comes next.
  // CHECK: alloc [[HOT]] size=64
  // CHECK-NOT: mute
  // CHECK: store {{.*}} value=[[HOT]]
  for (int i = 0; i < 70000; i++)
    put_in(i & 1, again, site);
  again = malloc(64);
  assert(again == hot);
  put(other, site);
  put(again, site);
  free(again);
  free(other);
  return 0;
}
