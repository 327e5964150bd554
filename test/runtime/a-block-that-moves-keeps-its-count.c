// To realloc a block does not make it another: the copies that were recorded before count, so that one
// that grows all the time is muted after 4,096 in all. A muted block leaves the arena when it is
// reallocated, with what is in it, even if it would fit where it is; one that is not muted stays. With
// track=all nothing is muted, and all stay.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=auto:out=%t.auto.mscope %t auto
// RUN: memscope dump --events %t.auto.mscope > %t.auto.txt
// RUN: FileCheck %s < %t.auto.txt
// RUN: grep -c ' store ' %t.auto.txt | FileCheck --check-prefix=COUNT %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t all
// RUN: memscope dump --events %t.all.mscope | not grep ' mute '
// COUNT: {{^}}4195{{$}}
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hand_made_sites.h"

static void *slots[2];

static void put(int times, char *value, const struct ms_site *site) {
  for (int i = 0; i < times; i++) {
    void *old = slots[i & 1];
    slots[i & 1] = value;
    __memscope_store(&slots[i & 1], value, old, site);
  }
}

int main(int argc, char **argv) {
  int is_all = argc > 1 && strcmp(argv[1], "all") == 0;
  const struct ms_site *site = make_site(0, MS_SITE_STORE, 10);
  char *hot = malloc(20), *cool = malloc(20);
  strcpy(hot, "hot");
  put(2000, hot, site);
  // CHECK: realloc-end [[B:0x40[0-9a-f]+]] size=100
  // CHECK-NOT: mute
  hot = realloc(hot, 100);
  assert(in_arena(hot));
  put(2000, hot, site);
  // CHECK: realloc-end [[C:0x40[0-9a-f]+]] size=500
  hot = realloc(hot, 500);
  assert(in_arena(hot));
  // CHECK: mute [[C]]{{$}}
  put(2000, hot, site);
  // CHECK: realloc-begin [[C]]
  // CHECK-NEXT: realloc-end 0x{{[0-35-9a-f][0-9a-f]+}} size=501
  hot = realloc(hot, 501);
  assert(in_arena(hot) == is_all && strcmp(hot, "hot") == 0);
  put(2, hot, site);
  // CHECK: realloc-end 0x40{{[0-9a-f]+}} size=21
  cool = realloc(cool, 21);
  assert(in_arena(cool));
  put(100, cool, site);
  // CHECK: realloc-end 0x40{{[0-9a-f]+}} size=1000
  cool = realloc(cool, 1000);
  assert(in_arena(cool));
  free(hot);
  free(cool);
  return 0;
}
