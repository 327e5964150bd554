/* record.c - events that cannot take the fast path.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A hook that finds the gate closed by another hook of its thread runs in a signal handler
 * (or in what a handler called). It may not touch the lane that the interrupted hook is
 * writing to, so it takes the nested lane of its depth and, when done, lowers the limit of
 * the interrupted lane: that makes its next event read the clock, which puts it behind
 * ours. The interrupted event itself may come out before or after: it concerns a block that
 * the handler cannot know.
 *
 * A handler may also leave by longjmp. The gate then names a hook whose frame is gone,
 * which shows when a later hook has its frame there or above on the same stack. What that
 * hook had already changed (the address that the next one is relative to) is unknown, so
 * its lanes go on in new chunks.
 */
#include "runtime/record.h"
#include "runtime/real.h"

#include <errno.h>

#include "runtime/asan_bridge.h"
#include "runtime/modules.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/rt_file.h"

static bool is_busy(uintptr_t gate) { return gate > MSRT_GATE_MAX; }

/* Whether the hook whose frame is GATE cannot be alive any more, seen from OWN_FP. */
static bool is_stale(const struct msrt_thread *t, uintptr_t gate, uintptr_t own_fp) {
  return gate >= t->stack.low && own_fp >= gate && own_fp < t->stack.high;
}

static void tear(struct msrt_lane *lane) {
  if (lane) {
    lane->torn = true;
    lane->limit = NULL;
  }
}

bool msrt_record_wanted(struct msrt_thread *t, uintptr_t own_fp) {
  (void)own_fp;
#ifdef MSRT_ASAN
  if (!msrt_asan_is_there)
    return false;
#endif
  if (t->gate == MSRT_GATE_NEW) {
    int saved_errno = errno;
    msrt_thread_attach(t);
    errno = saved_errno;
  }
  switch (t->gate) {
  case MSRT_GATE_NEW: /* no lane: counted there */
  case MSRT_GATE_OFF:
  case MSRT_GATE_INTERNAL:
    return false;
  }
  return true;
}

#ifndef MSRT_STATIC
void *msrt_record_find(const char *name) {
  struct msrt_thread *t = &msrt_self;
  uintptr_t gate = t->gate;
  t->gate = MSRT_GATE_INTERNAL;
  void *found = msrt_real_find(name);
  t->gate = gate;
  return found;
}
#endif

/* The lane that the gate GATE leads to. */
static struct msrt_lane *choose(struct msrt_thread *t, uintptr_t gate) {
  if (gate == MSRT_GATE_NEWOP || gate == MSRT_GATE_DELETEOP)
    gate = t->pending.gate;
  if (gate == MSRT_GATE_ENDED || gate == MSRT_GATE_NEW) {
    msrt_thread_attach(t);
    return t->lane;
  }
  return is_busy(gate) ? msrt_thread_nested_lane(t, t->depth) : t->lane;
}

bool msrt_claim_lane(struct msrt_thread *t, uintptr_t own_fp, struct msrt_claim *claim) {
  int saved_errno = errno;
  bool ok = false;
  if (is_busy(t->gate) && is_stale(t, t->gate, own_fp)) {
    t->gate = MSRT_GATE_READY;
    t->depth = 0;
    tear(t->lane);
    for (unsigned i = 0; i < MSRT_NEST_MAX; i++)
      tear(t->nested[i]);
  }
  for (int attempt = 0; attempt < 2 && !ok; attempt++) {
    claim->gate = t->gate;
    claim->lane = choose(t, claim->gate);
    if (!claim->lane) {
      msrt_file_drop(1);
      break;
    }
    t->gate = own_fp;
    if (is_busy(claim->gate))
      t->depth++;
    MSRT_BARRIER();
    ok = !msrt_lane_full(claim->lane) || msrt_lane_refresh(t, claim->lane);
    if (!ok && t->gate != MSRT_GATE_NEW) { /* recording has stopped */
      msrt_release_lane(t, claim);
      break;
    }
    /* NEW: we are a forked child; try again with a trace of our own */
  }
  errno = saved_errno;
  return ok;
}

void msrt_release_lane(struct msrt_thread *t, const struct msrt_claim *claim) {
  MSRT_BARRIER();
  if (is_busy(claim->gate) && t->depth > 0) {
    t->depth--;
    struct msrt_lane *outer = t->depth ? t->nested[t->depth - 1] : t->lane;
    if (outer)
      outer->limit = NULL;
  }
  t->gate = claim->gate;
  if (claim->gate == MSRT_GATE_ENDED)
    msrt_thread_detach(t);
  else if (claim->gate == MSRT_GATE_NEW)
    t->gate = MSRT_GATE_READY;
}

struct msrt_context_ref msrt_record_context(struct msrt_thread *t, struct msrt_lane *lane,
                                            uintptr_t own_fp, unsigned fn,
                                            struct msrt_sites sites) {
  const struct msrt_stack_entry *e =
      msrt_stack_find_other(&lane->cache, &t->stack, own_fp, fn, sites);
  if (MSRT_LIKELY(e != NULL))
    return (struct msrt_context_ref){msrt_stack_context(e), (unsigned)e->context_length << 4, e->context_length};
  return (struct msrt_context_ref){msrt_stack_context_slow(t, lane, own_fp, fn, sites), 4u << 4, 4};
}

void msrt_record_slow(struct msrt_thread *t, uintptr_t own_fp,
                                    enum ms_event_kind kind, unsigned fn, size_t size,
                                    uintptr_t block) {
  int saved_errno = errno;
  struct msrt_claim claim;
  if (msrt_claim_lane(t, own_fp, &claim)) {
    if (is_busy(claim.gate))
      claim.lane->countdown = 0;
    msrt_record_put(claim.lane,
                    msrt_record_context(t, claim.lane, own_fp, fn, msrt_current_sites(fn)), kind,
                    size, block);
    __memscope_tls.at = NULL;
    msrt_release_lane(t, &claim);
  }
  errno = saved_errno;
}

MSRT_NOINLINE void *msrt_record_usual(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                                      unsigned fn, size_t size, uintptr_t block) {
  struct msrt_lane *lane = t->lane;
  struct msrt_stack_entry *e;
  if (MSRT_UNLIKELY(!block)) {
    msrt_record_slow(t, own_fp, MS_EV_ALLOC_FAIL, fn, size, 0);
    return NULL;
  }
  t->gate = own_fp;
  MSRT_BARRIER();
  if (MSRT_UNLIKELY(msrt_lane_full(lane)) ||
      MSRT_UNLIKELY(!(e = msrt_stack_find(&lane->cache, &t->stack, own_fp, fn,
                                          msrt_current_sites(fn))))) {
    MSRT_BARRIER();
    t->gate = MSRT_GATE_READY;
    msrt_record_slow(t, own_fp, kind, fn, size, block);
    return (void *)block;
  }
  msrt_record_known(lane, e, kind, size, block);
  __memscope_tls.at = NULL;
  MSRT_BARRIER();
  t->gate = MSRT_GATE_READY;
  return (void *)block;
}

void msrt_record_other(enum ms_event_kind kind, uint64_t a) {
  struct msrt_thread *t = &msrt_self;
  struct msrt_claim claim;
  int saved_errno = errno;
  if (msrt_record_wanted(t, MSRT_FRAME()) && msrt_claim_lane(t, MSRT_FRAME(), &claim)) {
    msrt_lane_event(t, claim.lane, kind, a, 0, false);
    msrt_release_lane(t, &claim);
  }
  errno = saved_errno;
}
