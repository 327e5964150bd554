/* stack.h - from a hook's frame to the id of its context, usually without walking.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A context is the allocation function, the two sites and the call stack. Walking and
 * hashing the stack at every event would cost more than the allocator, so a cache keeps,
 * per hook frame, the frame chain of the last walk. The chain is compared, not followed:
 * if [fp(i)] == fp(i+1) and [fp(i)+8] == ra(i) hold for the cached values then a walk would
 * have gone the same way, by induction; the loads do not depend on each other. The answer
 * is exact.
 *
 * Invariant: every frame address in a cache lies between the hook's frame and the end of
 * the stack that the thread is running on, so reading it cannot fault.
 */
#ifndef MEMSCOPE_RUNTIME_STACK_H
#define MEMSCOPE_RUNTIME_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/hooks.h"
#include "runtime/rt_arch.h"

#define MSRT_STACK_MAX 64    /* deepest stack that can be asked for */
#define MSRT_CACHED_MAX 33   /* frames in a cache entry: the default depth and one more */
#define MSRT_CACHE_LOG2 10   /* entries */
#define MSRT_CACHE_STRIDE 576u /* bytes an entry: an odd number of cache lines, over all sets */

/* A frame record as it lies in memory, on both architectures. */
struct msrt_frame {
  uintptr_t fp; /* of the caller */
  uintptr_t ra;
};

/* The readable part of the thread's own stack: [low, high). Grows downwards on demand. */
struct msrt_stack_bounds {
  uintptr_t low, high;
};

enum msrt_tail {
  MSRT_TAIL_EXACT = 0,  /* the last frame's fp must be the cached one */
  MSRT_TAIL_INVALID = 1 /* it must again be no frame address */
};

struct msrt_stack_entry {
  uintptr_t key; /* own_fp + salt of the cache */
  const void *site;
  const void *at;
  uint32_t context;
  uint8_t fn;
  uint8_t count; /* frames to compare, at least 1 */
  uint8_t tail;  /* enum msrt_tail */
  uint8_t reserved;
  struct msrt_frame frames[];
};

struct msrt_stack_cache {
  uint8_t *entries;
  uintptr_t salt; /* changed to empty the cache */
  uintptr_t high; /* end of the stack that the entries are about */
};

struct msrt_thread;
struct msrt_lane;

_Static_assert(sizeof(struct msrt_stack_entry) + MSRT_CACHED_MAX * sizeof(struct msrt_frame) <=
                   MSRT_CACHE_STRIDE, "a cache entry holds the frames of the default depth");

/* Map an empty cache. False: no memory. */
bool msrt_stack_cache_init(struct msrt_stack_cache *cache);
void msrt_stack_cache_flush(struct msrt_stack_cache *cache);

/* Walk, intern, put into the cache. 0 if the context could not be recorded. */
uint32_t msrt_stack_context_slow(struct msrt_thread *t, struct msrt_lane *lane, uintptr_t own_fp,
                                 unsigned fn);

/* Whether FP can be the frame after the one at ADDRESS on a stack that ends at HIGH. */
MSRT_INLINE bool msrt_frame_plausible(uintptr_t fp, uintptr_t address, uintptr_t high) {
  return fp > address && fp < high && (fp & 7) == 0;
}

/* Entry for a hook frame; any entry will do for correctness. Allocators are mostly called
 * by one function of the program, itself called by a few, so two more return addresses go
 * into the hash. They are read only if the frames lie where reading is known to be safe. */
MSRT_INLINE struct msrt_stack_entry *msrt_stack_slot(const struct msrt_stack_cache *cache,
                                                     const struct msrt_stack_bounds *stack,
                                                     uintptr_t own_fp, const void *site) {
  const struct msrt_frame *f = (const struct msrt_frame *)own_fp;
  uint64_t h = own_fp ^ (uint64_t)(uintptr_t)site << 20 ^ (uint64_t)f->ra << 7;
  uintptr_t room = stack->high - sizeof *f - own_fp;
  if (MSRT_LIKELY(own_fp - stack->low < stack->high - stack->low && f->fp - own_fp < room)) {
    f = (const struct msrt_frame *)f->fp;
    h ^= (uint64_t)f->ra << 13;
    if (MSRT_LIKELY(f->fp - own_fp < room))
      h ^= (uint64_t)((const struct msrt_frame *)f->fp)->ra << 27;
  }
  h *= 0x9e3779b97f4a7c15u;
  return (struct msrt_stack_entry *)(cache->entries + (h >> (64 - MSRT_CACHE_LOG2)) * MSRT_CACHE_STRIDE);
}

/* Whether the stack above OWN_FP is the cached one: 7 instructions a frame. Loads are of 8
 * bytes, as the stores were: a wider load over two words that were just pushed has to wait
 * until both have left the store buffer. */
MSRT_INLINE bool msrt_stack_same(const struct msrt_stack_entry *entry, uintptr_t own_fp,
                                 uintptr_t high) {
  const struct msrt_frame *f = entry->frames, *last = f + entry->count - 1;
  const struct msrt_frame *now = (const struct msrt_frame *)own_fp;
#pragma GCC unroll 4
  for (; f != last; f++) {
    uintptr_t next = f->fp;
    if (MSRT_UNLIKELY(now->fp != next) || MSRT_UNLIKELY(now->ra != f->ra))
      return false;
    now = (const struct msrt_frame *)next;
  }
  if (MSRT_UNLIKELY(now->ra != f->ra))
    return false;
  if (MSRT_UNLIKELY(entry->tail == MSRT_TAIL_INVALID))
    return !msrt_frame_plausible(now->fp, (uintptr_t)now, high);
  return now->fp == f->fp;
}

/* The context id of the event whose hook has the frame OWN_FP. */
MSRT_INLINE uint32_t msrt_stack_context(struct msrt_thread *t, struct msrt_lane *lane,
                                        const struct msrt_stack_cache *cache,
                                        const struct msrt_stack_bounds *stack, uintptr_t own_fp,
                                        unsigned fn) {
  const struct ms_site *site = __memscope_tls.site, *at = __memscope_tls.at;
  const struct msrt_stack_entry *entry =
      msrt_stack_slot(cache, stack, own_fp, site);
  if (MSRT_LIKELY(entry->key == own_fp + cache->salt && entry->site == site &&
                  entry->at == at && entry->fn == fn) &&
      MSRT_LIKELY(msrt_stack_same(entry, own_fp, cache->high)))
    return entry->context;
  return msrt_stack_context_slow(t, lane, own_fp, fn);
}

#endif
