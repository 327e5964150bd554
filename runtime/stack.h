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
#define MSRT_CACHED_MAX 33   /* frames in a cache entry; deeper stacks are walked */
#define MSRT_CACHE_LOG2 10   /* entries */
#define MSRT_CACHE_STRIDE 576u /* bytes an entry: an odd number of cache lines, over all sets */

/* Frames that are compared word by word: they may have been pushed a moment ago, and a
 * load over two words that are still in the store buffer has to wait for both. */
#define MSRT_NEAR_FRAMES 4
#define MSRT_DEEP_MAX (MSRT_CACHED_MAX - MSRT_NEAR_FRAMES)

struct msrt_thread;

/* A frame record as it lies in memory, on both architectures. */
struct msrt_frame {
  uintptr_t fp; /* of the caller */
  uintptr_t ra;
};

/* The readable part of the thread's own stack: [low, high). Grows downwards on demand. */
struct msrt_stack_bounds {
  uintptr_t low, high;
  uintptr_t last; /* no frame record begins here or above */
  uintptr_t room; /* last - low */
  uintptr_t outer;    /* the frame that the start-up code called (main's), once a walk came there */
  uintptr_t outer_ra; /* and where it returns to */
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
  uint8_t deep;   /* frames beyond the near ones; more than MSRT_DEEP_MAX: only
                   * msrt_stack_same can compare it */
  uint8_t reserved[6];
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
                   MSRT_CACHE_STRIDE, "a cache entry holds its frames");

/* Whether the function that the start-up code called (main) has returned: then the end of its frame,
 * below which nothing of the program's is in use any more; else 0. For its own thread: what
 * start-up code calls next (exit) has written its return address over main's. */
uintptr_t msrt_stack_left(const struct msrt_stack_bounds *stack);

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

/* Whether the stack above the hook frame OWN_FP is the cached one, however it ends and
 * wherever it was resumed. The slow form of the comparison in msrt_stack_find. */
bool msrt_stack_same(const struct msrt_stack_entry *entry, uintptr_t own_fp, uintptr_t high);

#define MSRT_COMPARE_FRAME(i)                                                         \
  case (i) + 1: {                                                                     \
    msrt_pair seen, cached;                                                           \
    __builtin_memcpy(&seen, (const void *)f[(i) - 1].fp, sizeof seen);                \
    __builtin_memcpy(&cached, __builtin_assume_aligned(f + (i), sizeof *f), sizeof cached); \
    differs |= seen ^ cached;                                                         \
  }                                                                                   \
  __attribute__((fallthrough))

/* Whether frames 4 .. 4 + COUNT - 1 of a stack, the first of which is at the address that
 * frame 3 names, are those at F. 4 instructions each: each frame's address is the cached
 * one, so the loads do not wait for each other. */
MSRT_INLINE bool msrt_stack_same_deep(const struct msrt_frame *f, unsigned count) {
  msrt_pair differs = {0, 0};
  f += MSRT_NEAR_FRAMES;
  switch (count) {
    MSRT_COMPARE_FRAME(28);
    MSRT_COMPARE_FRAME(27);
    MSRT_COMPARE_FRAME(26);
    MSRT_COMPARE_FRAME(25);
    MSRT_COMPARE_FRAME(24);
    MSRT_COMPARE_FRAME(23);
    MSRT_COMPARE_FRAME(22);
    MSRT_COMPARE_FRAME(21);
    MSRT_COMPARE_FRAME(20);
    MSRT_COMPARE_FRAME(19);
    MSRT_COMPARE_FRAME(18);
    MSRT_COMPARE_FRAME(17);
    MSRT_COMPARE_FRAME(16);
    MSRT_COMPARE_FRAME(15);
    MSRT_COMPARE_FRAME(14);
    MSRT_COMPARE_FRAME(13);
    MSRT_COMPARE_FRAME(12);
    MSRT_COMPARE_FRAME(11);
    MSRT_COMPARE_FRAME(10);
    MSRT_COMPARE_FRAME(9);
    MSRT_COMPARE_FRAME(8);
    MSRT_COMPARE_FRAME(7);
    MSRT_COMPARE_FRAME(6);
    MSRT_COMPARE_FRAME(5);
    MSRT_COMPARE_FRAME(4);
    MSRT_COMPARE_FRAME(3);
    MSRT_COMPARE_FRAME(2);
    MSRT_COMPARE_FRAME(1);
    MSRT_COMPARE_FRAME(0);
  case 0:
    break;
  default:
    return false;
  }
  return (differs[0] | differs[1]) == 0;
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

/* What a hook sees of the stack above its frame: the first frames, as far as reading them
 * is known to be safe. */
struct msrt_stack_near {
  struct msrt_frame frames[MSRT_NEAR_FRAMES];
  bool whole; /* all of them */
};

/* Reads NEAR; false if not even the hook's own frame OWN_FP is on the known stack. */
MSRT_INLINE bool msrt_stack_look(const struct msrt_stack_bounds *stack, uintptr_t own_fp,
                                 struct msrt_stack_near *near) {
  uintptr_t room = stack->last - own_fp; /* no frame begins so far above ours */
  if (MSRT_UNLIKELY(room - 1 >= stack->room))
    return false;
  const struct msrt_frame *f = (const struct msrt_frame *)own_fp;
  near->whole = false;
  for (unsigned i = 1; i < MSRT_NEAR_FRAMES; i++)
    near->frames[i] = (struct msrt_frame){0, 0};
  near->frames[0] = *f;
#pragma GCC unroll 4
  for (unsigned i = 1; i < MSRT_NEAR_FRAMES; i++) {
    if (MSRT_UNLIKELY(near->frames[i - 1].fp - own_fp >= room))
      return true;
    near->frames[i] = *(const struct msrt_frame *)near->frames[i - 1].fp;
  }
  near->whole = true;
  return true;
}

/* Where the stack would be in the cache, or one entry further (XOR 1). Allocators are mostly
 * called by one function of the program, itself called by a few, so the near return
 * addresses go into the hash; the shifts keep those that differ by little apart. */
MSRT_INLINE struct msrt_stack_entry *msrt_stack_slot(const struct msrt_stack_cache *cache,
                                                     const struct msrt_stack_near *near,
                                                     uintptr_t own_fp, unsigned way) {
  uint64_t h = (uint64_t)(own_fp + near->frames[0].ra) + ((uint64_t)near->frames[1].ra << 13) +
               ((uint64_t)near->frames[2].ra << 25) + ((uint64_t)near->frames[3].ra << 37);
  h = (h * 0x9e3779b97f4a7c15u) >> (64 - MSRT_CACHE_LOG2);
  return (struct msrt_stack_entry *)(cache->entries + (h ^ way) * MSRT_CACHE_STRIDE);
}

MSRT_INLINE bool msrt_stack_is_for(const struct msrt_stack_cache *cache,
                                   const struct msrt_stack_entry *entry, uintptr_t own_fp,
                                   unsigned fn, struct msrt_sites sites) {
  return entry->key == msrt_stack_key(cache, own_fp, fn) && entry->site == sites.name &&
         entry->at == sites.call;
}

/* The entry of the event whose hook has the frame OWN_FP, if it is where entries are put and
 * at least MSRT_NEAR_FRAMES deep; NULL: try msrt_stack_find_other. */
MSRT_INLINE const struct msrt_stack_entry *
msrt_stack_find(const struct msrt_stack_cache *cache, const struct msrt_stack_bounds *stack,
                uintptr_t own_fp, unsigned fn, struct msrt_sites sites) {
  struct msrt_stack_near near;
  if (MSRT_UNLIKELY(!msrt_stack_look(stack, own_fp, &near)) || MSRT_UNLIKELY(!near.whole))
    return NULL;
  const struct msrt_stack_entry *entry = msrt_stack_slot(cache, &near, own_fp, 0);
  if (MSRT_UNLIKELY(!msrt_stack_is_for(cache, entry, own_fp, fn, sites)))
    return NULL;
#pragma GCC unroll 4
  for (unsigned i = 0; i < MSRT_NEAR_FRAMES; i++)
    if (MSRT_UNLIKELY(entry->frames[i].ra != near.frames[i].ra) ||
        MSRT_UNLIKELY(entry->frames[i].fp != near.frames[i].fp))
      return NULL;
  return MSRT_LIKELY(msrt_stack_same_deep(entry->frames, entry->deep)) ? entry : NULL;
}

/* The entry, wherever it is and however its stack looks; NULL if there is none. */
const struct msrt_stack_entry *msrt_stack_find_other(const struct msrt_stack_cache *cache,
                                                     const struct msrt_stack_bounds *stack,
                                                     uintptr_t own_fp, unsigned fn,
                                                     struct msrt_sites sites);

/* Whether FP lies on T's own stack, with everything from it to the end readable: not on a
 * signal stack or that of a coroutine. */
bool msrt_stack_is_own(struct msrt_thread *t, uintptr_t fp);

#endif
