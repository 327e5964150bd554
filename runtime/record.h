/* record.h - from a hook to an event: the fast path.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A hook asks for the gate; READY means that nothing stands in the way, and the event costs
 * about 80 instructions and mostly no call. Everything else (first event of a thread, a signal
 * handler inside a hook, a full chunk, a forked child) is in record.c.
 *
 * While a hook writes, the gate holds its frame address, which is how a nested hook knows
 * that it interrupted one and whether that one is still on the stack.
 */
#ifndef MEMSCOPE_RUNTIME_RECORD_H
#define MEMSCOPE_RUNTIME_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/trace_format.h"
#include "runtime/buffer.h"
#include "runtime/rt_arch.h"
#include "runtime/thread.h"

/* Frame address of the hook that uses it. */
#define MSRT_FRAME() ((uintptr_t)__builtin_frame_address(0))

/* Whether a hook that found the gate not READY is to be recorded. Attaches new threads. */
bool msrt_record_wanted(struct msrt_thread *t, uintptr_t own_fp);

/* The function that comes after ours of NAME in the search order. What looking it up allocates is
 * not recorded. */
void *msrt_record_find(const char *name);

/* One allocation event, by whatever path T's gate allows. SIZE and BLOCK as far as KIND has
 * them, 0 otherwise. */
void msrt_record_slow(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                      unsigned fn, size_t size, uintptr_t block);

/* An event without a context (fork, exec, exit) of this thread, with field A. */
void msrt_record_other(enum ms_event_kind kind, uint64_t a);

/* A lane taken for one or more events off the fast path. */
struct msrt_claim {
  struct msrt_lane *lane;
  uintptr_t gate; /* to go back to */
};

/* Take a lane with room for one event, whatever T's gate is, and close the gate. False: the
 * event has been dropped and counted, nothing is to be released. */
bool msrt_claim_lane(struct msrt_thread *t, uintptr_t own_fp, struct msrt_claim *claim);
void msrt_release_lane(struct msrt_thread *t, const struct msrt_claim *claim);

/* The context of an event that the cache does not know. */
uint32_t msrt_stack_context_slow(struct msrt_thread *t, struct msrt_lane *lane, uintptr_t own_fp,
                                 unsigned fn, struct msrt_sites sites);

/* Write the event to LANE, which has room, from what the cache knows of its stack. KIND has
 * a block. */
MSRT_INLINE void msrt_record_known(struct msrt_lane *lane, struct msrt_stack_entry *entry,
                                   enum ms_event_kind kind, size_t size, uintptr_t block) {
  bool before = kind == MS_EV_FREE || kind == MS_EV_REALLOC_BEGIN;
  uint64_t delta = msrt_lane_delta(lane, !before);
  if (!before && MSRT_UNLIKELY(entry->size != size)) {
    if (MSRT_UNLIKELY(size >> 48)) {
      msrt_put_event(lane, kind | (unsigned)entry->context_length << 4,
                     msrt_stack_context(entry), entry->context_length,
                     MSRT_HAS_SIZE | MSRT_HAS_BLOCK, size, block, delta);
      return;
    }
    msrt_stack_set_size(entry, size);
  }
  msrt_put_ready_event(lane, entry->head | kind, entry->prefix, entry->length, block, delta);
}

/* Whether LANE's next event needs no look at the clock; counts it. Where it does, msrt_lane_delta counts the event
 * once more, which makes no difference. */
MSRT_INLINE bool msrt_lane_is_coarse(struct msrt_lane *lane) {
  return MSRT_LIKELY(__atomic_load_n(&msrt_clock.owner, __ATOMIC_RELAXED) == lane->token) &&
         MSRT_LIKELY(--lane->countdown >= 0);
}

/* What the cache knows of the stack of an event that nothing stands in the way of: LANE has room and needs no
 * look at the clock. NULL if not. The order matters: a forked child's lane has no room and no
 * cache. */
MSRT_INLINE struct msrt_stack_entry *msrt_record_guess(struct msrt_lane *lane, uintptr_t own_fp,
                                                       unsigned fn) {
  struct msrt_stack_entry *e;
  return MSRT_UNLIKELY(msrt_lane_full(lane)) ||
                 MSRT_UNLIKELY(!(e = msrt_stack_guess(&lane->cache, own_fp, fn,
                                                      msrt_current_sites(fn % MSRT_RESIZES)))) ||
                 MSRT_UNLIKELY(!msrt_lane_is_coarse(lane))
             ? NULL
             : e;
}

/* A context as the events carry it. */
struct msrt_context_ref {
  uint32_t id;
  unsigned head, length;
};

/* The context of an event, made if need be. */
struct msrt_context_ref msrt_record_context(struct msrt_thread *t, struct msrt_lane *lane,
                                            uintptr_t own_fp, unsigned fn,
                                            struct msrt_sites sites);

/* Write the event to LANE, which has room. */
MSRT_INLINE void msrt_record_put(struct msrt_lane *lane, struct msrt_context_ref context,
                                 enum ms_event_kind kind, size_t size, uintptr_t block) {
  bool before = kind == MS_EV_FREE || kind == MS_EV_REALLOC_BEGIN;
  bool fails = kind == MS_EV_ALLOC_FAIL || kind == MS_EV_REALLOC_FAIL;
  unsigned has = (before ? 0 : MSRT_HAS_SIZE) | (fails ? 0 : MSRT_HAS_BLOCK);
  msrt_put_event(lane, context.head | kind, context.id, context.length, has, size, block,
                 msrt_lane_delta(lane, !before));
}

/* What msrt_record has not done. Returns BLOCK. */
void *msrt_record_usual(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                       unsigned fn, size_t size, uintptr_t block);

/* An event with the gate known to be READY, if nothing at all is in the way: then no call is made. False: it is
 * msrt_record_usual's. KIND and FN are constants at every call. All else is done elsewhere from the
 * beginning, so that this needs few registers. */
MSRT_INLINE bool msrt_record_quick(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                                   unsigned fn, size_t size, uintptr_t block) {
  struct msrt_lane *lane = t->lane;
  t->gate = own_fp;
  MSRT_BARRIER();
  bool is_quick = kind == MS_EV_FREE || MSRT_LIKELY(size >> 48 == 0);
  struct msrt_stack_entry *e = is_quick ? msrt_record_guess(lane, own_fp, fn) : NULL;
  is_quick = MSRT_LIKELY(e != NULL);
  if (is_quick) {
    if (kind != MS_EV_FREE && e->size != size)
      msrt_stack_set_size(e, size);
    msrt_put_ready_event(lane, e->head | kind, e->prefix, e->length, block, 0);
    __memscope_tls.at = NULL;
  }
  MSRT_BARRIER();
  t->gate = MSRT_GATE_READY;
  return is_quick;
}

MSRT_INLINE void msrt_record(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                             unsigned fn, size_t size, uintptr_t block) {
  if (MSRT_UNLIKELY(!msrt_record_quick(t, own_fp, kind, fn, size, block)))
    msrt_record_usual(t, own_fp, kind, fn, size, block);
}

/* After the real call of an allocator: BLOCK or a failure. Returns it. */
MSRT_INLINE void *msrt_record_alloc(struct msrt_thread *t, uintptr_t own_fp, unsigned fn,
                                    size_t size, void *block) {
  if (MSRT_LIKELY(block != NULL) &&
      MSRT_LIKELY(msrt_record_quick(t, own_fp, MS_EV_ALLOC, fn, size, (uintptr_t)block)))
    return block;
  return msrt_record_usual(t, own_fp, MS_EV_ALLOC, fn, size, (uintptr_t)block);
}

/* Whether T's events are not recorded, now or ever. */
MSRT_INLINE bool msrt_passes(const struct msrt_thread *t) {
  return t->gate == MSRT_GATE_OFF || t->gate == MSRT_GATE_INTERNAL;
}

MSRT_INLINE bool msrt_ready(const struct msrt_thread *t) {
  return MSRT_LIKELY(t->gate == MSRT_GATE_READY);
}

/* Whether a hook is to be recorded, whatever it found. */
MSRT_INLINE bool msrt_is_recorded(struct msrt_thread *t, uintptr_t own_fp) {
  return msrt_ready(t) || (!msrt_passes(t) && msrt_record_wanted(t, own_fp));
}

#endif
