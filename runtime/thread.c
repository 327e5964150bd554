/* thread.c - threads, their lanes, and the pool of lanes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The pool is a lock-free stack of lane indices; a counter in the upper half of its head
 * keeps a lane that came back in between from looking unchanged (ABA). Lanes are never
 * unmapped.
 *
 * A thread's lane is given back by the destructor of a pthread key. Destructors of other
 * keys may free memory after ours, so ours asks to be called again until the last round;
 * what happens even later (libc's own cleaning up) attaches for one event (ENDED).
 */
#include "runtime/thread.h"

#include <pthread.h>
#include <stdatomic.h>

#include "runtime/anchors.h"
#include "runtime/buffer.h"
#include "runtime/copies.h"
#include "runtime/lifecycle.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/rt_file.h"

#define LANES_MAX 65536u
#define DESTRUCTOR_ROUNDS 4u /* PTHREAD_DESTRUCTOR_ITERATIONS of glibc */

__thread struct msrt_thread msrt_self __attribute__((tls_model("initial-exec")));

static struct msrt_lane *_Atomic lanes[LANES_MAX]; /* release in create, acquire in flush */
static _Atomic uint32_t lane_count;
static _Atomic uint64_t pool; /* tag << 32 | index + 1; acq_rel on both ends */
static pthread_key_t exit_key;
static bool have_exit_key;

static struct msrt_lane *pool_take(void) {
  uint64_t head = atomic_load_explicit(&pool, memory_order_acquire);
  while ((uint32_t)head) {
    struct msrt_lane *lane = lanes[(uint32_t)head - 1];
    uint64_t next = (head >> 32) + 1;
    next = next << 32 | lane->free_next;
    if (atomic_compare_exchange_weak_explicit(&pool, &head, next, memory_order_acq_rel,
                                              memory_order_acquire))
      return lane;
  }
  return NULL;
}

static void pool_give(struct msrt_lane *lane) {
  uint64_t head = atomic_load_explicit(&pool, memory_order_relaxed), next;
  do {
    lane->free_next = (uint32_t)head;
    next = ((head >> 32) + 1) << 32 | (lane->number + 1);
  } while (!atomic_compare_exchange_weak_explicit(&pool, &head, next, memory_order_acq_rel,
                                                  memory_order_relaxed));
}

static struct msrt_lane *create(bool nested) {
  size_t size = (sizeof(struct msrt_lane) + MSRT_PAGE - 1) & ~(size_t)(MSRT_PAGE - 1);
  struct msrt_lane *lane = msrt_sys_map_anon(size);
  if (!lane)
    return NULL;
  if (!msrt_sys_wipe_on_fork(lane, size)) {
    msrt_sys_unmap(lane, size);
    return NULL;
  }
  uint32_t number = atomic_fetch_add_explicit(&lane_count, 1, memory_order_relaxed);
  if (number >= LANES_MAX) {
    atomic_store_explicit(&lane_count, LANES_MAX, memory_order_relaxed);
    return NULL; /* the mapping is lost; 65536 threads at once are more than a mapping */
  }
  if (!msrt_stack_cache_init(&lane->cache, number)) {
    msrt_sys_unmap(lane, size); /* its number is lost, for nobody has seen it */
    return NULL;
  }
  lane->number = number;
  lane->token = number + 1;
  lane->nested = nested;
  lane->magic = MSRT_LANE_MAGIC;
  atomic_store_explicit(&lanes[number], lane, memory_order_release);
  return lane;
}

static struct msrt_lane *take_lane(struct msrt_thread *t, bool nested) {
  struct msrt_lane *lane = nested ? NULL : pool_take();
  if (!lane)
    lane = create(nested);
  if (!lane)
    return NULL;
  lane->thread = t->number;
  msrt_stack_cache_take(&lane->cache, t);
  msrt_lifecycle_describe(lane);
  msrt_lane_event(t, lane, MS_EV_THREAD, t->number, t->tid, true);
  return lane;
}

void msrt_thread_attach(struct msrt_thread *t) {
  uint64_t mask = msrt_sys_signals_block();
  t->gate = MSRT_GATE_INTERNAL;
  uintptr_t gate = MSRT_GATE_OFF;
  enum msrt_start start = msrt_lifecycle_start();
  if (start == MSRT_START_LATER)
    gate = MSRT_GATE_NEW;
  if (start == MSRT_START_OK) {
    msrt_anchors_begin();
    if (!t->number) {
      t->number = msrt_file_thread_number();
      t->tid = (uint32_t)msrt_sys_gettid();
    }
    t->lane = take_lane(t, false);
    gate = t->lane ? MSRT_GATE_READY : MSRT_GATE_NEW;
    if (!t->lane)
      msrt_file_drop(1);
    else if (have_exit_key)
      pthread_setspecific(exit_key, t);
  }
  t->gate = gate;
  msrt_sys_signals_restore(mask);
}

void msrt_thread_detach(struct msrt_thread *t) {
  uint64_t mask = msrt_sys_signals_block();
  msrt_copies_thread_ends(t);
  t->gate = MSRT_GATE_ENDED;
  struct msrt_lane *lane = t->lane;
  t->lane = NULL;
  if (lane && lane->magic == MSRT_LANE_MAGIC) {
    msrt_lane_event(t, lane, MS_EV_THREAD_END, t->number, 0, false);
    pool_give(lane);
  }
  for (unsigned i = 0; i < MSRT_NEST_MAX; i++) {
    struct msrt_lane *nested = t->nested[i];
    t->nested[i] = NULL;
    if (nested && nested->magic == MSRT_LANE_MAGIC) {
      msrt_lane_event(t, nested, MS_EV_THREAD_END, t->number, 0, false);
      pool_give(nested);
    }
  }
  msrt_sys_signals_restore(mask);
}

struct msrt_lane *msrt_thread_nested_lane(struct msrt_thread *t, unsigned depth) {
  if (depth >= MSRT_NEST_MAX)
    return NULL;
  if (!t->nested[depth]) {
    uint64_t mask = msrt_sys_signals_block();
    t->nested[depth] = take_lane(t, true);
    msrt_sys_signals_restore(mask);
  }
  return t->nested[depth];
}

uint32_t msrt_thread_spare_lane_number(void) {
  return atomic_fetch_add_explicit(&lane_count, 1, memory_order_relaxed);
}

void msrt_lanes_flush(void) {
  uint32_t count = atomic_load_explicit(&lane_count, memory_order_relaxed);
  for (uint32_t i = 0; i < count && i < LANES_MAX; i++) {
    struct msrt_lane *lane = atomic_load_explicit(&lanes[i], memory_order_acquire);
    if (!lane)
      continue;
    /* seq_cst: see msrt_lane_refresh */
    __atomic_store_n(&lane->flush, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&lane->limit, NULL, __ATOMIC_SEQ_CST);
  }
}

void msrt_lanes_forget(void) {
  uint32_t count = atomic_load_explicit(&lane_count, memory_order_relaxed);
  for (uint32_t i = 0; i < count && i < LANES_MAX; i++)
    atomic_store_explicit(&lanes[i], NULL, memory_order_relaxed);
  atomic_store_explicit(&lane_count, 0, memory_order_relaxed);
  atomic_store_explicit(&pool, 0, memory_order_relaxed);
}

static void thread_exits(void *argument) {
  struct msrt_thread *t = argument;
  if (t != &msrt_self || t->gate != MSRT_GATE_READY)
    return;
  if (++t->destructor_rounds < DESTRUCTOR_ROUNDS)
    pthread_setspecific(exit_key, t);
  else
    msrt_thread_detach(t);
}

void msrt_thread_watch_exits(void) {
  have_exit_key = pthread_key_create(&exit_key, thread_exits) == 0;
  if (have_exit_key && msrt_self.lane)
    pthread_setspecific(exit_key, &msrt_self);
}
