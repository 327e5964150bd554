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
 * Most of the frames need not be compared if an anchor (abi.h) among them still holds what the
 * runtime put there when it last compared the rest: the stack above an activation does not change
 * while it lasts. Which function has the anchored frame is told by the return address before it,
 * which is compared.
 *
 * Which entry it would be is guessed first from what needs no care to read: the hook's frame, its
 * return address, the site. Another stack of the same three comes next, then the near return
 * addresses tell where in the cache it is kept.
 *
 * A library without frame pointers breaks the chain right after its own return address. Then
 * the walk resumes at the frame of the function that made the last instrumented call
 * (__memscope_tls.frame), and the entry remembers that it did.
 *
 * Invariant: every frame address in a cache lies between the frame of the hook that the
 * entry is for and the end of the stack of the thread that has the lane, so for a hook with
 * that frame, reading it cannot fault.
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
#define MSRT_CACHED_MAX 32   /* frames in a cache entry; deeper stacks are walked */
#define MSRT_CACHE_LOG2 10   /* entries */
#define MSRT_RECENT_LOG2 9   /* first guesses */
#define MSRT_GUESSES 4       /* stacks that are tried for a hook before its entry is looked up */
#define MSRT_ANCHORS_USED 4u /* of an entry's stack: the nearest */
#define MSRT_KNOWN_LOG2 8    /* return addresses of which is known whether their functions have anchors */
#define MSRT_CACHE_STRIDE 704u /* bytes an entry: an odd number of cache lines, over all sets */

/* Frames that are compared word by word: they may have been pushed a moment ago, and a
 * load over two words that are still in the store buffer has to wait for both. */
#define MSRT_NEAR_FRAMES 4

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

/* An anchored function's activation on a cached stack. */
struct msrt_anchor {
  uint64_t number; /* what its word of __memscope_tls.anchors says while it lasts; 0 with MS_ANCHORS */
  uint32_t word;   /* which; MS_ANCHORS, which stays 0, for the stack that has none */
  uint32_t before; /* frames to compare before it, at least 1 */
};

struct msrt_stack_entry {
  uintptr_t key; /* msrt_stack_key; 0 matches nothing */
  const void *site;
  const void *at;
  uint64_t size;      /* of the last allocation from here; UINT64_MAX: none yet */
  uint8_t prefix[16]; /* what the event has after its header: the context, and that size; then 0 */
  uint16_t head;      /* their share of the header */
  uint8_t length;         /* bytes of the prefix that are used, at most 10 */
  uint8_t context_length; /* and of the context in it */
  uint8_t count;          /* frames to compare, at least 1 */
  uint8_t quick;          /* the same, if msrt_stack_find can do it; else 0 */
  uint8_t tail;           /* enum msrt_tail */
  uint8_t anchor_count;
  uint32_t hits;          /* since the first anchor was last found gone */
  uint16_t disappointments; /* how much more often that was soon than late */
  uint32_t other;         /* offset of an entry to try if this is not it */
  uintptr_t resume; /* 0, or the frame address where the chain goes on with frames[2]; then
                     * frames[0].fp is the stack pointer of the function there and
                     * frames[1].ra where in it the call returns, 0 after a tail call */
  struct msrt_anchor anchors[MSRT_ANCHORS_USED]; /* from the hook's frame outwards; without any the
                                                  * first has word MS_ANCHORS and all quick frames before it */
  struct msrt_frame frames[];
};

/* Entry 0 stays empty: what has not been guessed yet is 0. */
struct msrt_stack_cache {
  uint8_t *entries; /* behind the last, for each guess the offset of an entry (uint32_t), and then
                     * return addresses (anchors.c) */
  uintptr_t salt; /* changed to empty the cache */
  uintptr_t high; /* `last` of the stack that the entries are about */
  uint64_t number; /* for the next anchor; of this cache alone */
};

#define MSRT_CACHE_ENTRIES (((size_t)1 << MSRT_CACHE_LOG2) + 1)
#define MSRT_CACHE_RECENT (MSRT_CACHE_ENTRIES * MSRT_CACHE_STRIDE) /* where the guesses begin */

#define MSRT_CACHE_KNOWN (MSRT_CACHE_RECENT + (sizeof(uint32_t) << MSRT_RECENT_LOG2)) /* where those begin */
#define MSRT_CACHE_BYTES (MSRT_CACHE_KNOWN + (sizeof(uintptr_t) << MSRT_KNOWN_LOG2))

_Static_assert(MSRT_CACHED_MAX == 32, "msrt_stack_same_frames knows as many");
_Static_assert(sizeof(struct msrt_stack_entry) + MSRT_CACHED_MAX * sizeof(struct msrt_frame) <=
                   MSRT_CACHE_STRIDE, "a cache entry holds its frames");

/* Whether the function that the start-up code called (main) has returned: then the end of its frame,
 * below which nothing of the program's is in use any more; else 0. For its own thread: what
 * start-up code calls next (exit) has written its return address over main's. */
uintptr_t msrt_stack_left(const struct msrt_stack_bounds *stack);

/* Whether the instruction before RA, in a loaded object, is a call. */
bool msrt_stack_follows_call(uintptr_t ra);

/* Map an empty cache for lane NUMBER. False: no memory. */
bool msrt_stack_cache_init(struct msrt_stack_cache *cache, uint32_t number);
void msrt_stack_cache_flush(struct msrt_stack_cache *cache);

/* Have CACHE serve the calling thread, T: what is known of another stack is forgotten. */
void msrt_stack_cache_take(struct msrt_stack_cache *cache, struct msrt_thread *t);

/* Whether FP can be the frame after the one at ADDRESS on a stack that ends at HIGH. */
MSRT_INLINE bool msrt_frame_plausible(uintptr_t fp, uintptr_t address, uintptr_t high) {
  return fp > address && fp < high && (fp & 7) == 0;
}

/* Added to a function's number where it looks up the stacks of a realloc: other stacks than those on which the same
 * function is a malloc. */
#define MSRT_RESIZES 256u

MSRT_INLINE uintptr_t msrt_stack_key(const struct msrt_stack_cache *cache, uintptr_t own_fp,
                                     unsigned fn) {
  return own_fp + cache->salt + ((uintptr_t)(fn % MSRT_RESIZES) << 56);
}

typedef uint64_t msrt_pair __attribute__((vector_size(16)));

/* Whether the stack above the hook frame OWN_FP is the cached one, however it ends and
 * wherever it was resumed. The slow form of the comparison in msrt_stack_find. */
bool msrt_stack_same(const struct msrt_stack_entry *entry, uintptr_t own_fp, uintptr_t high);

/* Frame I and, by falling through, those before it: 4 instructions a frame, no branch. */
#define MSRT_COMPARE_DEEP(i)                                                              \
  case (i) + 1: {                                                                         \
    msrt_pair seen, cached;                                                               \
    __builtin_memcpy(&seen, (const void *)f[(i) - 1].fp, sizeof seen);                    \
    __builtin_memcpy(&cached, __builtin_assume_aligned(f + (i), sizeof *f), sizeof cached); \
    differs |= seen ^ cached;                                                             \
  }

/* Whether the hook's frame OWN and the COUNT - 1 that it leads to, 31 at most, are those at F; a
 * COUNT of 0 never is. Each frame's address is the cached one, so the loads do not wait for each
 * other. Near frames come first, for that is where stacks differ. */
MSRT_INLINE bool msrt_stack_same_frames(const struct msrt_frame *f, unsigned count,
                                        const struct msrt_frame *own) {
  if (own->fp != f->fp || own->ra != f->ra)
    return false;
  if (MSRT_UNLIKELY(count < MSRT_NEAR_FRAMES)) {
#pragma GCC unroll 1
    for (unsigned i = 1; i < count; i++) {
      const struct msrt_frame *seen = (const struct msrt_frame *)f[i - 1].fp;
      if (seen->ra != f[i].ra || seen->fp != f[i].fp)
        return false;
    }
    return count != 0;
  }
#pragma GCC unroll 4
  for (unsigned i = 1; i < MSRT_NEAR_FRAMES; i++) {
    const struct msrt_frame *seen = (const struct msrt_frame *)f[i - 1].fp;
    if (seen->ra != f[i].ra || seen->fp != f[i].fp)
      return false;
  }
  if (MSRT_LIKELY(count == MSRT_NEAR_FRAMES))
    return true;
  msrt_pair differs = {0, 0};
  switch (count) {
    MSRT_COMPARE_DEEP(31)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(30)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(29)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(28)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(27)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(26)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(25)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(24)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(23)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(22)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(21)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(20)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(19)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(18)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(17)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(16)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(15)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(14)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(13)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(12)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(11)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(10)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(9)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(8)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(7)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(6)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(5)
    __attribute__((fallthrough));
    MSRT_COMPARE_DEEP(4)
    return (differs[0] | differs[1]) == 0;
  default: /* so that there is no test of the range */
    __builtin_unreachable();
  }
}

/* Whether FN ends blocks (their stacks have a limit of their own). */
MSRT_INLINE bool msrt_fn_is_free(unsigned fn) {
  return fn == MS_FN_FREE || fn == MS_FN_DELETE || fn == MS_FN_DELETE_ARRAY || fn == MS_FN_CFREE;
}

/* The sites of an event. What .site says at a free is left from an earlier call, unless the
 * free comes from inside code that was not instrumented: then there is no .at. An
 * allocation that nobody has given a name is its own call's. */
struct msrt_sites {
  const struct ms_site *name, *call;
};

MSRT_INLINE struct msrt_sites msrt_current_sites(unsigned fn) {
  struct msrt_sites s = {__memscope_tls.site, __memscope_tls.at};
  if (msrt_fn_is_free(fn) ? s.call != NULL : !s.name)
    s.name = s.call;
  return s;
}

#define MSRT_STACK_MIX 0x9e3779b97f4a7c15u /* 2^64 over the golden ratio: spreads what is hashed */

/* Where in the cache the stack above the hook frame OWN_FP would be: the first of two
 * entries. Allocators are mostly called by one function of the program, itself called by a
 * few, so the near return addresses go into the hash, as far as reading them is known to be
 * safe. NULL: OWN_FP is not on the known STACK. */
MSRT_INLINE struct msrt_stack_entry *msrt_stack_slot(const struct msrt_stack_cache *cache,
                                                     const struct msrt_stack_bounds *stack,
                                                     uintptr_t own_fp, struct msrt_sites sites) {
  uintptr_t room = stack->last - own_fp; /* no frame begins so far above ours */
  if (MSRT_UNLIKELY(room - 1 >= stack->room))
    return NULL;
  const struct msrt_frame *f = (const struct msrt_frame *)own_fp;
  uint64_t h = own_fp + (uintptr_t)sites.name + f->ra;
#pragma GCC unroll 4
  for (unsigned i = 1; i < MSRT_NEAR_FRAMES - 1; i++) {
    if (MSRT_UNLIKELY(f->fp - own_fp >= room))
      break;
    f = (const struct msrt_frame *)f->fp;
    h += (uint64_t)f->ra << (i * 13);
  }
  h = (h * MSRT_STACK_MIX) >> (65 - MSRT_CACHE_LOG2);
  return (struct msrt_stack_entry *)(cache->entries + MSRT_CACHE_STRIDE + h * (2 * MSRT_CACHE_STRIDE));
}

/* Where the offset of the entry is that was found last for a hook like this. FN may have MSRT_RESIZES. */
MSRT_INLINE uint32_t *msrt_stack_recent(const struct msrt_stack_cache *cache, uintptr_t own_fp,
                                        unsigned fn, struct msrt_sites sites) {
  uint64_t h = own_fp + (uintptr_t)sites.name + ((const struct msrt_frame *)own_fp)->ra + fn;
  h = (h * MSRT_STACK_MIX) >> (64 - MSRT_RECENT_LOG2);
  return (uint32_t *)(cache->entries + MSRT_CACHE_RECENT) + h;
}

MSRT_INLINE struct msrt_stack_entry *msrt_stack_second(struct msrt_stack_entry *first) {
  return (struct msrt_stack_entry *)((uint8_t *)first + MSRT_CACHE_STRIDE);
}

MSRT_INLINE bool msrt_stack_is_for(const struct msrt_stack_cache *cache,
                                   const struct msrt_stack_entry *entry, uintptr_t own_fp,
                                   unsigned fn, struct msrt_sites sites) {
  return entry->key == msrt_stack_key(cache, own_fp, fn) && entry->site == sites.name &&
         entry->at == sites.call;
}

/* Whether the stack from ENTRY's first anchor on is the cached one, the frames before it being so, although
 * the anchor does not tell. Then it will, from now on. */
bool msrt_stack_same_outer(struct msrt_stack_cache *cache, struct msrt_stack_entry *entry);

/* Whether the frames before ENTRY's first anchor are on the stack above the hook's frame OWN. */
MSRT_INLINE bool msrt_stack_same_inner(const struct msrt_stack_entry *entry, const struct msrt_frame *own) {
  return msrt_stack_same_frames(entry->frames, entry->anchors[0].before, own);
}

/* Whether the activation of ENTRY's first anchor lasts. */
MSRT_INLINE bool msrt_stack_is_anchored(const struct msrt_stack_entry *entry) {
  return __memscope_tls.anchors[entry->anchors[0].word] == entry->anchors[0].number;
}

/* The entry of the event whose hook has the frame OWN_FP, if it is the one that was found last for a hook like
 * this. FN may have MSRT_RESIZES. An entry that is for OWN_FP tells that it is on the known stack, so this needs no
 * test of that. NULL: try msrt_stack_find. */
MSRT_INLINE struct msrt_stack_entry *msrt_stack_guess(const struct msrt_stack_cache *cache,
                                                      uintptr_t own_fp, unsigned fn,
                                                      struct msrt_sites sites) {
  struct msrt_stack_entry *entry =
      (struct msrt_stack_entry *)(cache->entries + *msrt_stack_recent(cache, own_fp, fn, sites));
  if (MSRT_UNLIKELY(!msrt_stack_is_for(cache, entry, own_fp, fn, sites)) ||
      MSRT_UNLIKELY(!msrt_stack_same_inner(entry, (const struct msrt_frame *)own_fp)) ||
      MSRT_UNLIKELY(!msrt_stack_is_anchored(entry)))
    return NULL;
  entry->hits++;
  return entry;
}

/* The same, if it can be told by comparing frames; NULL: try msrt_stack_find_other. */
struct msrt_stack_entry *msrt_stack_find(struct msrt_stack_cache *cache,
                                         const struct msrt_stack_bounds *stack, uintptr_t own_fp,
                                         unsigned fn, struct msrt_sites sites);

/* The context of ENTRY. */
MSRT_INLINE uint32_t msrt_stack_context(const struct msrt_stack_entry *entry) {
  uint32_t context;
  __builtin_memcpy(&context, entry->prefix, sizeof context);
  return context & (UINT32_MAX >> (32 - 8 * entry->context_length));
}

/* Put SIZE, below 2^48, into ENTRY's prefix. */
MSRT_INLINE void msrt_stack_set_size(struct msrt_stack_entry *entry, uint64_t size) {
  unsigned length = ((63u ^ (unsigned)__builtin_clzll(size | 1)) >> 3) + 1;
  __builtin_memcpy(entry->prefix + entry->context_length, &size, sizeof size);
  entry->size = size;
  entry->length = (uint8_t)(entry->context_length + length);
  entry->head = (uint16_t)(entry->context_length << 4 | length << 7);
}

/* The entry, wherever it is and however its stack looks; NULL if there is none. */
struct msrt_stack_entry *msrt_stack_find_other(const struct msrt_stack_cache *cache,
                                               const struct msrt_stack_bounds *stack,
                                               uintptr_t own_fp, unsigned fn,
                                               struct msrt_sites sites);

/* Whether FP lies on T's own stack, with everything from it to the end readable: not on a
 * signal stack or that of a coroutine. */
bool msrt_stack_is_own(struct msrt_thread *t, uintptr_t fp);

#endif
