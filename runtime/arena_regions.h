/* arena_regions.h - where in the tracked arena blocks of a size lie; for its own files.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A region's number counts through all generations; one that has no size classes (guarded blocks,
 * words) has block_bytes 0.
 */
#ifndef MEMSCOPE_RUNTIME_ARENA_REGIONS_H
#define MEMSCOPE_RUNTIME_ARENA_REGIONS_H

#include <stdatomic.h>
#include <stdint.h>

#include "runtime/tracked_arena.h"

#define MSRT_REGION_BYTES (1ull << MSRT_ARENA_REGION_SHIFT)

struct msrt_region {
  _Alignas(64) _Atomic uint64_t head; /* counter << 32 | index + 1; acq_rel both ways */
  _Atomic uint64_t bump;              /* blocks handed out; relaxed, see open_up */
  _Atomic uint64_t open;              /* bytes that can be used; release in open_up */
  uint64_t block_bytes;
  uint64_t reciprocal;   /* 2^64 / block_bytes, rounded up: exact for offsets below 2^33 */
  uint64_t capacity;     /* blocks */
  _Atomic uint64_t *words;
};

extern struct msrt_region msrt_regions[MS_ARENA_GENERATIONS * MSRT_ARENA_REGIONS]
    __attribute__((visibility("hidden")));

/* Whether copies are counted (track=auto). */
extern bool msrt_arena_counts __attribute__((visibility("hidden")));

MSRT_INLINE uintptr_t msrt_region_base(unsigned region) {
  return MS_ARENA_BASE + ((uintptr_t)region << MSRT_ARENA_REGION_SHIFT);
}

MSRT_INLINE unsigned msrt_region_of(uintptr_t value) {
  return (unsigned)((value - MS_ARENA_BASE) >> MSRT_ARENA_REGION_SHIFT);
}

/* The number of the block of R that VALUE points into. */
MSRT_INLINE uint64_t msrt_region_index(const struct msrt_region *r, uintptr_t value) {
  return (uint64_t)((unsigned __int128)(value & (MSRT_REGION_BYTES - 1)) * r->reciprocal >> 64);
}

/* Set the counters of the block of BYTES at BLOCK to 0. */
void msrt_heat_clear(uintptr_t block, uint64_t bytes) __attribute__((visibility("hidden")));

#endif
