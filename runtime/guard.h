/* guard.h - followed blocks that end at a page which nobody may touch.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * With option guard=N one in N followed blocks lies in a slot of its own in the tracked arena,
 * as near to the inaccessible page behind it as its alignment allows; when it is freed the whole
 * slot becomes inaccessible until its turn comes again, long after. The idea is that of Electric
 * Fence and GWP-ASan. An access to such a page is a SIGSEGV, which fault.c hands to
 * msrt_guard_hit.
 *
 * All functions may be called from any thread and in signal handlers; they take no lock,
 * touch no errno and never allocate. The blocks are the arena's: msrt_arena_* finds them.
 */
#ifndef MEMSCOPE_RUNTIME_GUARD_H
#define MEMSCOPE_RUNTIME_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/canary.h"
#include "runtime/tracked_arena.h"

#define MSRT_GUARD_REGION MSRT_ARENA_CLASSES /* the number of the arena's region that has the slots */

/* Whether VALUE points to where guarded blocks lie. */
MSRT_INLINE bool msrt_in_guard(uintptr_t value) {
  return (value - MS_ARENA_BASE) >> MSRT_ARENA_REGION_SHIFT == MSRT_GUARD_REGION;
}

/* Guard one in EVERY blocks, once the arena is there. False: no memory. */
bool msrt_guard_init(uint32_t every);

/* Whether it is a block's turn. 2 instructions and a branch if nothing is guarded. */
extern int32_t msrt_guard_left __attribute__((visibility("hidden")));
extern uint32_t msrt_guard_every __attribute__((visibility("hidden")));
MSRT_INLINE bool msrt_guard_wants(void) {
  return MSRT_UNLIKELY(msrt_guard_every != 0) && --msrt_guard_left <= 0;
}

/* SIZE zeroed bytes at a multiple of ALIGN (a power of two). NULL: too large, too strict, or the
 * slots are in use. */
void *msrt_guard_alloc(size_t size, size_t align);

/* As their namesakes in tracked_arena.h. */
bool msrt_guard_is_block(const void *block);
size_t msrt_guard_size(const void *block);
bool msrt_guard_free(void *block);
bool msrt_guard_is_damaged(const void *block, struct msrt_damage *ret);
void *msrt_guard_next(uint64_t *cursor, size_t *ret_size);
/* The live block whose slot VALUE lies in, or NULL. */
void *msrt_guard_block_of(uintptr_t value);

/* What an access was about. */
struct msrt_guard_hit {
  uintptr_t block;
  size_t size;
  bool is_freed; /* and the access was to what it had */
  bool is_new;   /* no access of that sort to these pages has been seen since the block was born */
};

/* ADDRESS, in the slots, could not be accessed: make it accessible and say what lies there. False: no
 * block has ever been there, or the kernel refuses. */
bool msrt_guard_hit(uintptr_t address, bool is_write, struct msrt_guard_hit *ret);

#endif
