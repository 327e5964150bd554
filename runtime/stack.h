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
 * A library without frame pointers breaks the chain right after its own return address. Then
 * the walk resumes at the frame of the function that made the last instrumented call
 * (__memscope_tls.frame), and the entry remembers that it did.
 *
 * Invariant: every frame address in a cache lies between the hook's frame and the end of
 * the stack that the thread is running on, so reading it cannot fault.
 */
#ifndef MEMSCOPE_RUNTIME_STACK_H
#define MEMSCOPE_RUNTIME_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/trace_format.h"
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
  uintptr_t last; /* no frame record begins here or above */
};

enum msrt_tail {
  MSRT_TAIL_EXACT = 0,  /* the last frame's fp must be the cached one */
  MSRT_TAIL_INVALID = 1 /* it must again be no frame address */
};

struct msrt_stack_entry {
  uintptr_t key; /* msrt_stack_key; 0 matches nothing */
  const void *site;
  const void *at;
  uint32_t context;
  uint16_t head;  /* the event header's share of the context: its length code */
  uint8_t length; /* bytes of the context field */
  uint8_t count;  /* frames to compare, at least 1 */
  uint8_t tail;   /* enum msrt_tail */
  uint8_t reserved[7];
  uintptr_t resume; /* 0, or the frame address where the chain goes on with frames[2]; then
                     * frames[0].fp is the stack pointer of the function there and
                     * frames[1].ra where in it the call returns, 0 after a tail call */
  struct msrt_frame frames[];
};

struct msrt_stack_cache {
  uint8_t *entries;
  uintptr_t salt; /* changed to empty the cache */
  uintptr_t high; /* `last` of the stack that the entries are about */
};

_Static_assert(sizeof(struct msrt_stack_entry) + MSRT_CACHED_MAX * sizeof(struct msrt_frame) <=
                   MSRT_CACHE_STRIDE, "a cache entry holds the frames of the default depth");

/* Map an empty cache. False: no memory. */
bool msrt_stack_cache_init(struct msrt_stack_cache *cache);
void msrt_stack_cache_flush(struct msrt_stack_cache *cache);

/* Whether FP can be the frame after the one at ADDRESS on a stack that ends at HIGH. */
MSRT_INLINE bool msrt_frame_plausible(uintptr_t fp, uintptr_t address, uintptr_t high) {
  return fp > address && fp < high && (fp & 7) == 0;
}

MSRT_INLINE uintptr_t msrt_stack_key(const struct msrt_stack_cache *cache, uintptr_t own_fp,
                                     unsigned fn) {
  return own_fp + cache->salt + ((uintptr_t)fn << 56);
}

typedef uint64_t msrt_pair __attribute__((vector_size(16)));

/* Frames that are compared word by word: they may have been pushed a moment ago, and a
 * load over two words that are still in the store buffer has to wait for both. */
#define MSRT_RECENT_FRAMES 4

/* Whether the stack above the hook frame OWN_FP is the cached one, which was resumed. */
bool msrt_stack_same_resumed(const struct msrt_stack_entry *entry, uintptr_t own_fp,
                             uintptr_t high);

#define MSRT_COMPARE_PAIR()                                                        \
  do {                                                                             \
    msrt_pair seen, cached;                                                        \
    __builtin_memcpy(&seen, now, sizeof seen);                                     \
    __builtin_memcpy(&cached, __builtin_assume_aligned(f, sizeof *f), sizeof cached); \
    differs |= seen ^ cached;                                                      \
    now = (const struct msrt_frame *)f->fp;                                        \
    f++;                                                                           \
  } while (0)

/* Whether the stack from NOW on, a frame address, is the cached one from its frame F on. 8
 * instructions for each of the first frames, 5 for each of the others. */
MSRT_INLINE bool msrt_stack_same_from(const struct msrt_stack_entry *entry,
                                      const struct msrt_frame *f, const struct msrt_frame *now,
                                      uintptr_t high) {
  const struct msrt_frame *last = entry->frames + entry->count - 1;
#pragma GCC unroll 4
  for (int i = 0; i < MSRT_RECENT_FRAMES; i++, f++) {
    if (f == last)
      break;
    uintptr_t next = f->fp;
    if (MSRT_UNLIKELY(now->fp != next) || MSRT_UNLIKELY(now->ra != f->ra))
      return false;
    now = (const struct msrt_frame *)next;
  }
  if (f != last) {
    msrt_pair differs = {0, 0};
    while (last - f >= 4) {
      MSRT_COMPARE_PAIR();
      MSRT_COMPARE_PAIR();
      MSRT_COMPARE_PAIR();
      MSRT_COMPARE_PAIR();
    }
    while (f != last)
      MSRT_COMPARE_PAIR();
    if (MSRT_UNLIKELY((differs[0] | differs[1]) != 0))
      return false;
  }
  if (MSRT_UNLIKELY(now->ra != f->ra))
    return false;
  if (MSRT_UNLIKELY(entry->tail == MSRT_TAIL_INVALID))
    return !msrt_frame_plausible(now->fp, (uintptr_t)now, high);
  return now->fp == f->fp;
}

/* Whether FN ends blocks (their stacks have a limit of their own). */
MSRT_INLINE bool msrt_fn_is_free(unsigned fn) {
  return fn == MS_FN_FREE || fn == MS_FN_DELETE || fn == MS_FN_DELETE_ARRAY || fn == MS_FN_CFREE;
}

/* The sites of an event. What .site says at a free is left from an earlier call, unless the
 * free comes from inside code that was not instrumented: then there is no .at. */
struct msrt_sites {
  const struct ms_site *name, *call;
};

MSRT_INLINE struct msrt_sites msrt_current_sites(unsigned fn) {
  struct msrt_sites s = {__memscope_tls.site, __memscope_tls.at};
  if (msrt_fn_is_free(fn) && s.call)
    s.name = s.call;
  return s;
}

/* Where the stack above a hook frame would be, or one entry further (XOR 1); NULL if it
 * lies where reading is not known to be safe. Allocators are mostly called by one function
 * of the program, itself called by a few, so three return addresses go into the hash. Each
 * has a multiplier of its own: addresses in one program differ by little, and plain sums of
 * them meet again. */
MSRT_INLINE struct msrt_stack_entry *msrt_stack_slot(const struct msrt_stack_cache *cache,
                                                     const struct msrt_stack_bounds *stack,
                                                     uintptr_t own_fp, const void *site,
                                                     unsigned way) {
  const struct msrt_frame *f0 = (const struct msrt_frame *)own_fp;
  const struct msrt_frame *f1 = (const struct msrt_frame *)f0->fp;
  uint64_t h = (uint64_t)(own_fp + f0->ra) * 0x9e3779b97f4a7c15u +
               (uint64_t)(uintptr_t)site * 0xc2b2ae3d27d4eb4fu;
  if (MSRT_UNLIKELY(own_fp < stack->low))
    return NULL;
  if (MSRT_LIKELY(f1 > f0 && (uintptr_t)f1 < stack->last)) {
    const struct msrt_frame *f2 = (const struct msrt_frame *)f1->fp;
    h += (uint64_t)f1->ra * 0x165667b19e3779f9u;
    if (MSRT_LIKELY(f2 > f1 && (uintptr_t)f2 < stack->last))
      h += (uint64_t)f2->ra * 0x27d4eb2f165667c5u;
  }
  return (struct msrt_stack_entry *)(cache->entries +
                                     ((h >> (64 - MSRT_CACHE_LOG2)) ^ way) * MSRT_CACHE_STRIDE);
}

MSRT_INLINE bool msrt_stack_matches(const struct msrt_stack_cache *cache,
                                    const struct msrt_stack_entry *entry, uintptr_t own_fp,
                                    unsigned fn, struct msrt_sites sites) {
  return MSRT_LIKELY(entry->key == msrt_stack_key(cache, own_fp, fn) &&
                     entry->site == sites.name && entry->at == sites.call) &&
         MSRT_LIKELY(entry->resume == 0
                         ? msrt_stack_same_from(entry, entry->frames,
                                                (const struct msrt_frame *)own_fp, cache->high)
                         : msrt_stack_same_resumed(entry, own_fp, cache->high));
}

/* The entry of the event whose hook has the frame OWN_FP, if it is where entries are put;
 * NULL: a newer one may have moved it on, or it is not in the cache. */
MSRT_INLINE const struct msrt_stack_entry *
msrt_stack_find(const struct msrt_stack_cache *cache, const struct msrt_stack_bounds *stack,
                uintptr_t own_fp, unsigned fn) {
  struct msrt_sites sites = msrt_current_sites(fn);
  const struct msrt_stack_entry *entry = msrt_stack_slot(cache, stack, own_fp, sites.name, 0);
  if (MSRT_LIKELY(entry != NULL) &&
      MSRT_LIKELY(msrt_stack_matches(cache, entry, own_fp, fn, sites)))
    return entry;
  return NULL;
}

/* The same for an entry that was moved on. */
const struct msrt_stack_entry *msrt_stack_find_other(const struct msrt_stack_cache *cache,
                                                     const struct msrt_stack_bounds *stack,
                                                     uintptr_t own_fp, unsigned fn);

#endif
