/* arena_cache.h - a thread's own free blocks of the tracked arena.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Taking a block from the list that all threads share costs two locked instructions and, when threads
 * run at the same time, cache lines that travel. So each lane keeps some free blocks of the small
 * classes, by number, where no program's stray write reaches them. It belongs to one thread at a
 * time; a thread that takes the lane over takes them, too. In a forked child it is empty (the lane is
 * wiped): those few blocks are lost there.
 *
 * A signal handler that comes while its thread is at work here finds `busy` and uses the shared
 * lists; if it leaves by longjmp, the thread does so ever after.
 */
#ifndef MEMSCOPE_RUNTIME_ARENA_CACHE_H
#define MEMSCOPE_RUNTIME_ARENA_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#define MSRT_CACHED_CLASSES 20u /* blocks of up to 1 KiB */
#define MSRT_CACHED_BLOCKS 32u  /* of a class */
#define MSRT_CACHE_BATCH 16u    /* given back at once */
#define MSRT_FRESH_BATCH 8u     /* never used ones taken at once */

struct msrt_arena_cache {
  volatile bool busy;
  unsigned generation; /* of the arena, that the blocks are of */
  struct msrt_cached_class {
    uint32_t count;
    uint32_t at[MSRT_CACHED_BLOCKS]; /* the one to be used next is the last */
  } of[MSRT_CACHED_CLASSES];
};

#endif
