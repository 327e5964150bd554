// At level refs, under track=auto, that a variable gets a block is recorded until 256 copies of it have
// been, whichever of its bytes the pointers point to; its copies to memory are recorded on, up to 4,096 in
// all. A block that is born at the same address begins anew, from its first byte to its last.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -DHAND_MADE_FEATURES=MS_MODULE_REFS -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=auto:out=%t.auto.mscope %t
// RUN: memscope dump --events %t.auto.mscope > %t.auto.txt
// RUN: grep -c ' bind ' %t.auto.txt | FileCheck --check-prefix=NAMES %s
// RUN: grep -c ' store ' %t.auto.txt | FileCheck --check-prefix=STORES %s
// RUN: grep -c ' mute ' %t.auto.txt | FileCheck --check-prefix=MUTED %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t
// RUN: memscope dump --events %t.all.mscope | grep -c ' bind ' | FileCheck --check-prefix=ALL %s
// Five sizes twice: 256 names each, 64 when the address is used again; every other one also 3,839 stores.
// NAMES: {{^}}3200{{$}}
// STORES: {{^}}19195{{$}}
// MUTED: {{^}}5{{$}}
// ALL: {{^}}10640{{$}}
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

#include "hand_made_sites.h"

static void *slots[2];

int main(void) {
  const struct ms_site *name = make_site(0, MS_SITE_BIND, 10), *site = make_site(1, MS_SITE_STORE, 11);
  // The last one's counters are given back to the system when it is used again.
  static const size_t sizes[] = {8, 24, 100, 5000, 300000};
  for (unsigned i = 0; i < 2 * (sizeof sizes / sizeof *sizes); i++) {
    size_t size = sizes[i / 2];
    char *block = malloc(size);
    assert(in_arena(block));
    for (size_t k = 0; k < 1000; k++)
      __memscope_bind(block + k * 37 % size, name);
    for (size_t k = 0; k < 5000 && i % 2 == 1; k++) {
      void *old = slots[k & 1];
      slots[k & 1] = block + k % size;
      __memscope_store(&slots[k & 1], slots[k & 1], old, site);
    }
    slots[0] = slots[1] = NULL;
    free(block);
    char *next = malloc(size);
    assert(next == block);
    for (size_t k = 0; k < 64; k++)
      __memscope_bind(next + size - 1 - k % size, name);
    free(next);
  }
  return 0;
}
