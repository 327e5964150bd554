// A program that goes on copying pointers to muted blocks makes the runtime give up all blocks that
// live: one event says so, and blocks born from then on lie in the arena's next generation, where
// every copy is recorded again. The old ones can be used and freed as before; when they are reallocated
// they leave the arena, for they are followed no more. With track=all nothing is given up.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=auto:out=%t.auto.mscope %t auto
// RUN: memscope dump --events %t.auto.mscope | FileCheck %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t all
// RUN: memscope dump --events %t.all.mscope | not grep ' retire '
// RUN: memscope findings %t.auto.mscope | FileCheck --check-prefix=FINDINGS %s
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hand_made_sites.h"

static void *slot;

static void put(void *value, const struct ms_site *site) {
  void *old = slot;
  slot = value;
  if ((uintptr_t)value >> MS_ARENA_SHIFT == __memscope_arena ||
      (uintptr_t)old >> MS_ARENA_SHIFT == __memscope_arena) /* as instrumented code asks */
    __memscope_store(&slot, value, old, site);
}

static unsigned generation(const void *p) {
  return (unsigned)((uintptr_t)p >> MS_ARENA_SHIFT) - (unsigned)(MS_ARENA_BASE >> MS_ARENA_SHIFT);
}

int main(int argc, char **argv) {
  int is_auto = argc > 1 && strcmp(argv[1], "auto") == 0;
  const struct ms_site *site = make_site(0, MS_SITE_STORE, 10);
  // CHECK-DAG: alloc [[HOT:0x40[0-9a-f]+]] size=64
  // CHECK-DAG: alloc [[KEPT:0x40[0-9a-f]+]] size=48
  char *hot = malloc(64), *kept = malloc(48);
  assert(generation(hot) == 0 && generation(kept) == 0);
  strcpy(hot, "hot");
  strcpy(kept, "kept");
  // CHECK: mute [[HOT]]
  // CHECK-NOT: store
  // CHECK: retire 0x400000000000 size=1099511627776
  for (int i = 0; i < 200000; i++)
    put(hot + i % 64, site);
  // FINDINGS: 2 blocks
  // CHECK: alloc [[NEW:0x41[0-9a-f]+]] size=64
  char *new = malloc(64);
  assert(generation(new) == (unsigned)is_auto);
  // CHECK: store {{.*}} value=[[NEW]]
  put(new, site);
  // Pointers into the old generation are none of ours any more, but for what they overwrite.
  // CHECK: store {{.*}} value=[[KEPT]]
  put(kept, site);
  // CHECK-NOT: store
  for (int i = 0; i < 300000; i++)
    put(kept, site);
  // CHECK: realloc-begin [[KEPT]]
  // CHECK: realloc-end 0x{{[0-35-9a-f][0-9a-f]+}} size=4000
  char *moved = realloc(kept, 4000);
  assert((generation(moved) >= MS_ARENA_GENERATIONS) == is_auto && strcmp(moved, "kept") == 0);
  assert(strcmp(hot, "hot") == 0);
  // CHECK: free [[HOT]]
  slot = NULL;
  free(hot);
  free(moved);
  free(new);
  return 0;
}
