/* tracked_arena.h - the tracked arena: an allocator whose blocks lie in one range of addresses.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block whose pointers are followed lives here, so that inlined code can tell by the bits
 * of a value whether it concerns one (MS_ARENA_BASE in abi.h), and so that the base of a
 * block is found from any address inside it by arithmetic. Every block has at least a few bytes
 * more than was asked for, which hold its canary (canary.h): a pointer one past its end is not its
 * neighbour's.
 *
 * All functions may be called from any thread and in signal handlers; they take no lock,
 * touch no errno and never allocate. A pointer of the arena stays one until the process
 * ends, also when recording has stopped.
 */
#ifndef MEMSCOPE_RUNTIME_TRACKED_ARENA_H
#define MEMSCOPE_RUNTIME_TRACKED_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/abi.h"
#include "runtime/canary.h"
#include "runtime/rt_arch.h"

/* How many bytes from MS_ARENA_BASE are ours: whole generations. */
extern uintptr_t msrt_arena_bytes __attribute__((visibility("hidden")));

/* Whether VALUE points into the arena, of whatever generation. 3 instructions. */
MSRT_INLINE bool msrt_in_arena(uintptr_t value) {
#ifdef MSRT_ASAN
  return value - __memscope_heap.start < __memscope_heap.size;
#else
  return value - MS_ARENA_BASE < msrt_arena_bytes;
#endif
}

/* The same as __memscope_arena, which lies in the executable if that was not compiled with -fPIC. */
extern uint32_t msrt_arena_key __attribute__((visibility("hidden")));

/* Whether VALUE points to where blocks are followed. */
MSRT_INLINE bool msrt_in_arena_followed(uintptr_t value) {
#ifdef MSRT_ASAN
  return msrt_in_arena(value);
#else
  return value >> MS_ARENA_SHIFT == msrt_arena_key;
#endif
}

#define MSRT_ARENA_REGION_SHIFT 33
#define MSRT_ARENA_REGIONS (1u << (MS_ARENA_SHIFT - MSRT_ARENA_REGION_SHIFT)) /* of a generation */
#define MSRT_ARENA_CLASSES 72u /* the first of those hold blocks */

/* Whether VALUE points to where blocks can be; behind those of the size classes lie guarded ones. */
MSRT_INLINE bool msrt_in_arena_blocks(uintptr_t value) {
  return value - MS_ARENA_BASE < msrt_arena_bytes &&
         (value >> MSRT_ARENA_REGION_SHIFT) % MSRT_ARENA_REGIONS <= MSRT_ARENA_CLASSES;
}

/* By 16 bytes of the arena, under track=auto. At a block's begin: how many copies of pointers to
 * it have been recorded; everywhere: the bit MSRT_SPENT if its names are used up (that a variable gets
 * it is not recorded any more), MSRT_MUTED if no copies are. A block that is handed out again begins at
 * 0. Lost updates do not matter. */
#define MSRT_MUTED UINT16_MAX
#define MSRT_SPENT 0x8000u
MSRT_INLINE unsigned msrt_arena_copies(uint16_t heat) { return heat & ~MSRT_SPENT; }

#define MSRT_ARENA_HEAT (MS_ARENA_BASE >> 3)
MSRT_INLINE uint16_t *msrt_arena_heat(uintptr_t value) {
  return (uint16_t *)(value >> 4 << 1);
}

/* Have the arena count copies. Once, after init. False: no memory. */
bool msrt_arena_count_copies(void);

/* Whether ADDRESS is among the counters. */
bool msrt_arena_is_counter(uintptr_t address);

/* The counter of the block that VALUE, which is in the arena, points into. */
uint16_t *msrt_arena_counter(uintptr_t value);

/* Make another generation ready. The first address of the one that is followed, or 0: there is no
 * other, or another thread is doing it. Else msrt_arena_renew has to be called, once what follows
 * from it has been recorded. */
uintptr_t msrt_arena_retire(void);
/* From now on new blocks are of that generation, and those that live are followed no more. */
void msrt_arena_renew(void);

/* Set the counters of the live block that VALUE points into to MSRT_MUTED. The block, with what had
 * been noted of it, or NULL if there is none. */
void *msrt_arena_mute(uintptr_t value, unsigned *ret_note);

/* Set MSRT_SPENT in the counters of the block that VALUE, which is in the arena, points into, so that who
 * asks of any address in it need not find its begin. */
void msrt_arena_spend_names(uintptr_t value);

/* Whether BLOCK, which lives, is followed no more: it has been muted, or all of its generation have. */
bool msrt_arena_is_given_up(const void *block);

/* Note a number below MSRT_SPENT of BLOCK, which is new. Very small blocks have no room for it; what is
 * not known is 0. */
void msrt_arena_note(void *block, unsigned note);

/* BLOCK, which is new, is what became of OLD: it has its count of copies and its note. */
void msrt_arena_inherit(void *block, const void *old);

/* Reserve the range; LIMIT is how many bytes may be in use at most (0: no limit). Once.
 * False: the addresses are taken, or the kernel allows no reservation of that size. */
bool msrt_arena_init(uint64_t limit);

/* SIZE bytes at a multiple of ALIGN (a power of two), zeroed if ZERO. NULL: the arena cannot
 * serve it (too large, too strict, full), which is no failure of the program's. */
void *msrt_arena_alloc(size_t size, size_t align, bool zero);

/* Whether BLOCK is where a live block begins. */
bool msrt_arena_is_block(const void *block);

/* Whether A and B point to where the same block is or was; false also if that is not known. */
bool msrt_arena_same_block(uintptr_t a, uintptr_t b);

/* What was asked for; BLOCK is a live block. */
size_t msrt_arena_size(const void *block);

/* BLOCK with another size without moving it; false: it would not fit or be a waste. */
bool msrt_arena_resize(void *block, size_t size);

/* Whether the canary of BLOCK, which lives, is damaged, and how. Only while nobody else uses the
 * arena. */
bool msrt_arena_is_damaged(const void *block, struct msrt_damage *ret);

/* End BLOCK. False: it is not a live block, nothing was done. */
bool msrt_arena_free(void *block);

/* The live block with the next higher address: start with *CURSOR = 0, NULL at the end. Only
 * while nobody else uses the arena. */
void *msrt_arena_next(uint64_t *cursor, size_t *ret_size);

#endif
