/* record.h - from a hook to an event: the fast path.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A hook asks for the gate; READY means that nothing stands in the way, and the event costs
 * about 120 instructions and mostly no call. Everything else (first event of a thread, a signal
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

/* An event with the gate known to be READY. KIND and FN are constants at every call. The
 * slow cases are done wholly elsewhere, so that the fast path keeps its registers. */
MSRT_INLINE void msrt_record(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                             unsigned fn, size_t size, uintptr_t block) {
  struct msrt_lane *lane = t->lane;
  struct msrt_stack_entry *e;
  if (MSRT_UNLIKELY(msrt_lane_full(lane)) ||
      MSRT_UNLIKELY(!(e = msrt_stack_find(&lane->cache, &t->stack, own_fp, fn, msrt_current_sites(fn))))) {
    msrt_record_slow(t, own_fp, kind, fn, size, block);
    return;
  }
  t->gate = own_fp;
  MSRT_BARRIER();
  msrt_record_known(lane, e, kind, size, block);
  __memscope_tls.at = NULL;
  MSRT_BARRIER();
  t->gate = MSRT_GATE_READY;
}

/* After the real call of an allocator: BLOCK or a failure. */
MSRT_INLINE void msrt_record_alloc(struct msrt_thread *t, uintptr_t own_fp, unsigned fn,
                                   size_t size, const void *block) {
  if (MSRT_LIKELY(block != NULL))
    msrt_record(t, own_fp, MS_EV_ALLOC, fn, size, (uintptr_t)block);
  else
    msrt_record_slow(t, own_fp, MS_EV_ALLOC_FAIL, fn, size, 0);
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
