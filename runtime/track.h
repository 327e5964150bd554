/* track.h - which blocks have their pointers followed, and the heap functions that know.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Option track=all: every block; auto: of each site all blocks until there have been a few
 * hundred, then a share that falls as the site goes on (a block in 2, 4, 8 ...); off: none.
 * A block that is followed lies in the arena, all others come from the real allocator.
 * msrt_heap_* stand between the hooks and the two.
 */
#ifndef MEMSCOPE_RUNTIME_TRACK_H
#define MEMSCOPE_RUNTIME_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/tracked_arena.h"
#include "runtime/hooks.h"
#include "runtime/real.h"

#define MSRT_TRACK_SITES 4096u /* a power of two */
#define MSRT_COPIES_MAX 4096u  /* recorded of one block under track=auto */
#define MSRT_NAMES_MAX 256u    /* the same of a variable that gets it, below level full */

enum msrt_track_mode { MSRT_TRACK_OFF, MSRT_TRACK_AUTO, MSRT_TRACK_ALL };

/* What a module was compiled at, told from its features. */
#define MSRT_LEVEL_ALLOC 1u
#define MSRT_LEVEL_REFS 2u
#define MSRT_LEVEL_FULL 4u
#define MSRT_LEVEL_CHECK 8u

struct msrt_tracking {
  enum msrt_track_mode mode; /* OFF until a module that follows pointers is there */
  uint64_t features;         /* MS_MODULE_* of the modules */
  unsigned levels;           /* MSRT_LEVEL_* of the modules */
  bool mutes;                /* blocks that are copied too often are followed no more */
  const char *why_off;       /* NULL, or why a module's wish was not granted */
};

/* By site: blocks to pass over before the next is taken. Written without locks: a lost update
 * changes which block is followed, nothing else. */
struct msrt_track_site {
  int32_t left;
  uint32_t taken;
};

extern struct msrt_tracking msrt_tracking __attribute__((visibility("hidden")));
extern struct msrt_track_site msrt_track_sites[MSRT_TRACK_SITES]
    __attribute__((visibility("hidden")));

/* A module with FEATURES is there, in a process that is recorded. True: it is the first that
 * wants pointers to be followed; msrt_tracking says whether they are. */
bool msrt_track_enable(uint64_t features);

/* "all", "auto" or "off": what the process does. */
const char *msrt_track_mode_name(void);

/* Take a block into the arena after all passes; NULL: not this one. */
void *msrt_track_take(struct msrt_track_site *site, size_t size, size_t align, bool zero);

/* A block that had NOTE (msrt_arena_note) has been copied too often: follow fewer of its site. */
void msrt_track_hot(unsigned note);

/* A block of the arena for an allocation of SIZE bytes, or NULL: use the real allocator.
 * 1 instruction and a branch if nothing is followed, 9 if most blocks are passed over. */
MSRT_INLINE void *msrt_track_alloc(size_t size, size_t align, bool zero) {
#ifdef MSRT_ASAN
  return NULL; /* AddressSanitizer's heap lies at the arena's addresses */
#endif
  if (MSRT_LIKELY(msrt_tracking.mode == MSRT_TRACK_OFF))
    return NULL;
  if (msrt_tracking.mode == MSRT_TRACK_ALL) /* nothing is counted that threads would share */
    return msrt_arena_alloc(size, align, zero);
  struct msrt_track_site *site =
      &msrt_track_sites[(uintptr_t)__memscope_tls.site / sizeof(struct ms_site) %
                        MSRT_TRACK_SITES];
  if (MSRT_LIKELY(--site->left >= 0))
    return NULL;
  return msrt_track_take(site, size, align, zero);
}

/* realloc of a block of the arena to SIZE > 0 bytes; NULL: no memory, OLD stays. */
void *msrt_track_realloc(void *old, size_t size);

/* What to give the real allocator in place of a pointer into the arena that is no live
 * block: something that ends the program as such a pointer would have done without us. */
void *msrt_track_invalid(void);

/* realloc and free of whatever BLOCK is. */
MSRT_INLINE void *msrt_heap_realloc(void *old, size_t size) {
#ifdef MSRT_ASAN
  return MSRT_REAL(realloc)(old, size);
#endif
  if (MSRT_UNLIKELY(msrt_in_arena((uintptr_t)old))) {
    if (MSRT_LIKELY(msrt_arena_is_block(old)))
      return msrt_track_realloc(old, size);
    old = msrt_track_invalid();
  }
  return MSRT_REAL(realloc)(old, size);
}

MSRT_INLINE void msrt_heap_free(void *block) {
#ifdef MSRT_ASAN
  MSRT_REAL(free)(block);
  return;
#endif
  if (MSRT_UNLIKELY(msrt_in_arena((uintptr_t)block))) {
    if (MSRT_LIKELY(msrt_arena_free(block)))
      return;
    block = msrt_track_invalid();
  }
  MSRT_REAL(free)(block);
}

#endif
