/* model.c - see model.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One handler per kind of event. The program's live bytes decide where the peak is, so
 * each handler first changes the context and the thread (with the peak as it was), then
 * the totals.
 *
 * realloc is two events around the real call. Between them the old address may already
 * have been given to another thread, so realloc-begin takes the block out of the address
 * map, but it stays live (on its lane) until realloc-end replaces it or realloc-fail puts
 * it back; a realloc thus never counts twice at the peak.
 */
#include "analysis/model/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "support/grow.h"
#include "support/index.h"
#include "support/xalloc.h"

enum { BATCH = 64 };

/* The block inside realloc() on one lane. */
struct pending {
  uint32_t lane;
  uint32_t block; /* MS_BLOCK_NONE: unknown block */
  bool active;
};

struct ms_model {
  struct ms_trace *trace;
  struct ms_model_totals totals;
  uint64_t seq, peak_seq, max_bytes;
  uint64_t next_id;
  struct ms_block_map map;
  struct ms_model_context *contexts;
  size_t context_count, context_capacity;
  struct ms_model_thread *threads;
  size_t thread_count, thread_capacity;
  struct ms_index thread_index;
  uint32_t last_thread; /* index of the thread of the last event */
  struct pending *pending;
  size_t pending_count, pending_capacity;
  struct ms_index pending_index; /* by lane */
  ms_model_observer *observer;   /* NULL: nobody asks, and nothing below is filled in */
  void *observer_user;
  struct ms_model_change change; /* of the event being processed */
  struct ms_block ended, replaced;
};

struct ms_model *ms_model_new(struct ms_trace *trace) {
  struct ms_model *m = ms_xcalloc(1, sizeof *m);
  m->trace = trace;
  m->next_id = 1;
  ms_block_map_init(&m->map);
  m->context_count = m->context_capacity = (size_t)ms_trace_context_count(trace) + 1;
  m->contexts = ms_xcalloc(m->context_count, sizeof *m->contexts);
  for (size_t i = 0; i < m->context_count; i++) {
    struct ms_model_context *c = &m->contexts[i];
    c->trace = trace;
    c->id = (ms_context_id)i;
    c->type_size = ms_trace_site(trace, ms_trace_context(trace, c->id)->name_site)->type_size;
    c->size_min = c->lifetime_min = UINT64_MAX;
  }
  return m;
}

void ms_model_free(struct ms_model *m) {
  if (!m)
    return;
  ms_block_map_fini(&m->map);
  ms_index_fini(&m->thread_index);
  ms_index_fini(&m->pending_index);
  free(m->contexts);
  free(m->threads);
  free(m->pending);
  free(m);
}

static uint32_t thread_slow(struct ms_model *m, uint32_t number) {
  uint64_t hash = ms_hash_u64(number);
  struct ms_index_cursor c = ms_index_start(&m->thread_index, hash);
  for (uint32_t i; ms_index_next(&m->thread_index, &c, &i);)
    if (m->threads[i].number == number)
      return m->last_thread = i;
  ms_index_add(&m->thread_index, hash, (uint32_t)m->thread_count);
  MS_GROW(m->threads, m->thread_count, m->thread_capacity);
  m->threads[m->thread_count] = (struct ms_model_thread){.number = number, .first_time = UINT64_MAX};
  return m->last_thread = (uint32_t)m->thread_count++;
}

static inline uint32_t thread_of(struct ms_model *m, const struct ms_event *e) {
  uint32_t i = m->last_thread;
  if (i >= m->thread_count || m->threads[i].number != e->thread)
    i = thread_slow(m, e->thread);
  struct ms_model_thread *t = &m->threads[i];
  if (t->first_time == UINT64_MAX)
    t->first_time = e->time;
  t->last_time = e->time;
  return i;
}

static inline struct ms_model_context *context_of(struct ms_model *m, ms_context_id id) {
  return &m->contexts[id < m->context_count ? id : 0];
}

/* The totals come last: they move the peak. */
static inline void total_begin(struct ms_model *m, uint64_t size, uint64_t freed, const struct ms_event *e) {
  struct ms_usage *u = &m->totals.usage;
  u->live_bytes += size - freed;
  if (u->live_bytes > m->max_bytes) {
    m->max_bytes = u->live_bytes;
    m->peak_seq = m->seq;
    m->totals.peak_time = e->time;
    m->totals.peak_event = e->id;
    u->peak_blocks = u->live_blocks;
  }
}

/* Ends the life of BLOCK by thread number THREAD (an index). The totals are the caller's. */
static void end_block(struct ms_model *m, uint32_t index, uint32_t thread, uint64_t time) {
  struct ms_block *b = &m->map.blocks[index];
  struct ms_model_context *c = &m->contexts[b->context];
  ms_usage_end(&c->usage, b->size, m->seq, m->peak_seq);
  struct ms_model_thread *freer = &m->threads[thread];
  if (b->next & MS_BLOCK_INHERITED) {
    m->totals.inherited_freed++;
  } else {
    m->totals.usage.frees++;
    c->usage.frees++;
    uint64_t lifetime = time >= b->time ? time - b->time : 0;
    c->ended++;
    c->lifetime_sum += lifetime;
    if (lifetime < c->lifetime_min)
      c->lifetime_min = lifetime;
    if (lifetime > c->lifetime_max)
      c->lifetime_max = lifetime;
    struct ms_model_thread *owner = &m->threads[b->thread];
    ms_usage_end(&owner->usage, b->size, m->seq, m->peak_seq);
    owner->usage.frees++;
    if (b->thread != thread) {
      owner->freed_by_others++;
      freer->frees_of_others++;
      c->freed_elsewhere++;
      m->totals.freed_elsewhere++;
    } else if (freer->last_block == b->id) {
      freer->temporary++;
      c->temporary++;
      m->totals.temporary++;
    }
  }
  freer->frees_done++;
  m->totals.usage.live_blocks--;
  if (m->observer) {
    m->ended = *b;
    m->change.ended = &m->ended;
  }
  ms_block_map_release(&m->map, index);
}

/* A block whose end was not recorded makes room for one at the same address. It is not a
 * free that anybody saw, so no free is counted. */
static void replace(struct ms_model *m, uint64_t addr) {
  uint32_t index = ms_block_map_unlink(&m->map, addr);
  if (index == MS_BLOCK_NONE)
    return;
  struct ms_block *b = &m->map.blocks[index];
  ms_usage_end(&m->contexts[b->context].usage, b->size, m->seq, m->peak_seq);
  if (!(b->next & MS_BLOCK_INHERITED))
    ms_usage_end(&m->threads[b->thread].usage, b->size, m->seq, m->peak_seq);
  m->totals.usage.live_bytes -= b->size;
  m->totals.usage.live_blocks--;
  m->totals.replaced++;
  if (m->observer) {
    m->replaced = *b;
    m->change.replaced = &m->replaced;
  }
  ms_block_map_release(&m->map, index);
}

static inline void link_block(struct ms_model *m, uint32_t index) {
  if (ms_block_map_link(&m->map, index))
    return;
  replace(m, m->map.blocks[index].addr);
  (void)ms_block_map_link(&m->map, index);
}

/* A block begins; returns it, linked. The totals' bytes are the caller's. */
static struct ms_block *begin_block(struct ms_model *m, const struct ms_event *e, uint32_t thread) {
  struct ms_model_context *c = context_of(m, e->context);
  ms_usage_begin(&c->usage, e->size, m->seq, m->peak_seq);
  c->usage.allocations++;
  c->usage.bytes += e->size;
  if (c->usage.live_bytes > c->max_live_bytes)
    c->max_live_bytes = c->usage.live_bytes;
  if (e->size < c->size_min)
    c->size_min = e->size;
  if (e->size > c->size_max)
    c->size_max = e->size;
  uint32_t type = c->type_size;
  if (type && e->size / 2 >= type)
    c->several += type == 1 || (e->size <= UINT32_MAX ? (uint32_t)e->size % type : e->size % type) == 0;
  struct ms_model_thread *t = &m->threads[thread];
  ms_usage_begin(&t->usage, e->size, m->seq, m->peak_seq);
  t->usage.allocations++;
  t->usage.bytes += e->size;
  t->last_block = m->next_id;
  uint32_t index = ms_block_map_new(&m->map);
  m->map.blocks[index] = (struct ms_block){.addr = e->addr, .size = e->size, .id = m->next_id++, .time = e->time,
                                           .context = (uint32_t)(c - m->contexts), .thread = thread};
  link_block(m, index);
  struct ms_usage *u = &m->totals.usage;
  u->allocations++;
  u->bytes += e->size;
  u->live_blocks++;
  m->change.begun = &m->map.blocks[index];
  return &m->map.blocks[index];
}

static inline void on_alloc(struct ms_model *m, const struct ms_event *e) {
  begin_block(m, e, thread_of(m, e));
  total_begin(m, e->size, 0, e);
}

static inline void on_free(struct ms_model *m, const struct ms_event *e) {
  uint32_t thread = thread_of(m, e);
  uint32_t index = ms_block_map_unlink(&m->map, e->addr);
  if (index == MS_BLOCK_NONE) {
    m->totals.unknown_frees++;
    return;
  }
  m->totals.usage.live_bytes -= m->map.blocks[index].size;
  end_block(m, index, thread, e->time);
}

static struct pending *pending_of(struct ms_model *m, uint32_t lane) {
  if (m->pending_count && m->pending[0].lane == lane)
    return &m->pending[0];
  struct ms_index_cursor c = ms_index_start(&m->pending_index, ms_hash_u64(lane));
  for (uint32_t i; ms_index_next(&m->pending_index, &c, &i);)
    if (m->pending[i].lane == lane)
      return &m->pending[i];
  return NULL;
}

/* Puts the block inside realloc back, if there is one: the call failed or never ended. */
static void put_back(struct ms_model *m, struct pending *p) {
  p->active = false;
  if (p->block == MS_BLOCK_NONE)
    return;
  link_block(m, p->block);
}

static void on_realloc_begin(struct ms_model *m, const struct ms_event *e) {
  (void)thread_of(m, e);
  struct pending *p = pending_of(m, e->lane);
  if (!p) {
    MS_GROW(m->pending, m->pending_count, m->pending_capacity);
    ms_index_add(&m->pending_index, ms_hash_u64(e->lane), (uint32_t)m->pending_count);
    p = &m->pending[m->pending_count++];
    *p = (struct pending){.lane = e->lane};
  } else if (p->active) {
    put_back(m, p);
    m->totals.unfinished_reallocs++;
  }
  p->active = true;
  p->block = ms_block_map_unlink(&m->map, e->addr);
}

static void on_realloc_end(struct ms_model *m, const struct ms_event *e) {
  uint32_t thread = thread_of(m, e);
  struct pending *p = pending_of(m, e->lane);
  uint32_t old = p && p->active ? p->block : MS_BLOCK_NONE;
  if (p)
    p->active = false;
  m->totals.reallocs++;
  uint64_t old_size = 0, old_id = 0, old_addr = 0;
  uint32_t chain = 0;
  if (old == MS_BLOCK_NONE) {
    m->totals.unknown_reallocs++;
  } else {
    struct ms_block *b = &m->map.blocks[old];
    old_size = b->size, old_id = b->id, old_addr = b->addr, chain = b->reallocs;
    m->totals.reallocs_moved += old_addr != e->addr;
    end_block(m, old, thread, e->time);
  }
  struct ms_block *b = begin_block(m, e, thread);
  b->predecessor = old_id;
  b->reallocs = chain + 1;
  struct ms_model_context *c = &m->contexts[b->context];
  c->reallocs++;
  if (b->reallocs > c->realloc_chain_max)
    c->realloc_chain_max = b->reallocs;
  total_begin(m, e->size, old_size, e);
}

static void on_realloc_fail(struct ms_model *m, const struct ms_event *e) {
  (void)thread_of(m, e);
  m->totals.reallocs_failed++;
  struct pending *p = pending_of(m, e->lane);
  if (p && p->active)
    put_back(m, p);
}

/* Everything that is not an allocation or a free. */
static void on_other(struct ms_model *m, const struct ms_event *e) {
  switch (e->kind) {
  case MS_EV_REALLOC_BEGIN: on_realloc_begin(m, e); break;
  case MS_EV_REALLOC_END: on_realloc_end(m, e); break;
  case MS_EV_REALLOC_FAIL: on_realloc_fail(m, e); break;
  case MS_EV_ALLOC_FAIL: m->totals.failed++; break;
  case MS_EV_THREAD: (void)thread_of(m, e); break;
  case MS_EV_THREAD_END: {
    uint32_t thread = thread_of(m, e); /* which may move the table */
    m->threads[thread].ended = true;
    break;
  }
  case MS_EV_FORK: m->totals.forks++; break;
  case MS_EV_EXEC: m->totals.execs++; break;
  case MS_EV_EXIT:
    m->totals.has_exit = true;
    m->totals.exit_status = e->number;
    break;
  default: break;
  }
}

static inline void on_event(struct ms_model *m, const struct ms_event *e) {
  m->seq++;
  if (e->time > m->totals.last_time)
    m->totals.last_time = e->time;
  if (e->kind == MS_EV_ALLOC)
    on_alloc(m, e);
  else if (e->kind == MS_EV_FREE)
    on_free(m, e);
  else
    on_other(m, e);
}

/* Reads up to BATCH events that are wanted; fewer means there are no more. Lookups in a heap
 * of millions of blocks are cache misses; announcing a batch of them before they are needed
 * lets them overlap [measured: a third less time with two million live blocks]. */
static size_t read_batch(struct ms_model *m, struct ms_event *batch, uint64_t until, uint32_t child) {
  size_t count = 0;
  while (count < BATCH && ms_trace_next(m->trace, &batch[count])) {
    const struct ms_event *e = &batch[count];
    if (e->time > until || (child && e->kind == MS_EV_FORK && e->number == child))
      break;
    ms_block_map_prefetch_slot(&m->map, e->addr);
    count++;
  }
  for (size_t i = 0; i < count; i++)
    if (batch[i].kind != MS_EV_ALLOC)
      ms_block_map_prefetch_block(&m->map, batch[i].addr);
  return count;
}

void ms_model_observe(struct ms_model *m, ms_model_observer *observer, void *user) {
  m->observer = observer;
  m->observer_user = user;
}

static void on_observed_event(struct ms_model *m, const struct ms_event *e) {
  m->change = (struct ms_model_change){NULL, NULL, NULL};
  on_event(m, e);
  m->observer(m->observer_user, e, &m->change);
}

void ms_model_replay(struct ms_model *m, uint64_t until, uint32_t child) {
  struct ms_event batch[BATCH];
  for (size_t count = BATCH; count == BATCH;) {
    count = read_batch(m, batch, until, child);
    for (size_t i = 0; i < count; i++)
      if (__builtin_expect(m->observer != NULL, 0))
        on_observed_event(m, &batch[i]);
      else
        on_event(m, &batch[i]);
  }
  m->totals.events = m->seq - (m->totals.inherited_blocks != 0);
  m->seq++; /* what follows is after the last event, which may have been the peak */
  for (size_t i = 0; i < m->pending_count; i++)
    if (m->pending[i].active) {
      put_back(m, &m->pending[i]);
      m->totals.unfinished_reallocs++;
    }
  m->totals.usage.peak_bytes = m->max_bytes;
  for (size_t i = 0; i < m->context_count; i++)
    ms_usage_settle(&m->contexts[i].usage, m->peak_seq);
  for (size_t i = 0; i < m->thread_count; i++)
    ms_usage_settle(&m->threads[i].usage, m->peak_seq);
}

void ms_model_inherit(struct ms_model *m, const struct ms_model *parent) {
  assert(m->seq == 0);
  uint32_t *map = ms_xcalloc(parent->context_count, sizeof *map);
  m->seq = 1; /* all of it is one event before the first */
  size_t cursor = 0;
  for (const struct ms_block *from; (from = ms_model_next_live(parent, &cursor)) != NULL;) {
    if (!map[from->context]) {
      MS_GROW(m->contexts, m->context_count, m->context_capacity);
      const struct ms_model_context *c = &parent->contexts[from->context];
      m->contexts[m->context_count] = (struct ms_model_context){
          .trace = c->trace, .id = c->id, .type_size = c->type_size, .several = c->several,
          .size_min = c->size_min, .size_max = c->size_max, .lifetime_min = UINT64_MAX};
      map[from->context] = (uint32_t)m->context_count++;
    }
    struct ms_model_context *c = &m->contexts[map[from->context]];
    ms_usage_begin(&c->usage, from->size, m->seq, 0);
    if (c->usage.live_bytes > c->max_live_bytes)
      c->max_live_bytes = c->usage.live_bytes;
    uint32_t index = ms_block_map_new(&m->map);
    struct ms_block *b = &m->map.blocks[index];
    *b = *from;
    b->id = m->next_id++;
    b->time = b->predecessor = 0;
    b->context = map[from->context];
    b->thread = UINT32_MAX;
    b->next = MS_BLOCK_INHERITED;
    link_block(m, index);
    m->totals.inherited_blocks++;
    m->totals.inherited_bytes += b->size;
  }
  struct ms_usage *u = &m->totals.usage;
  u->live_blocks = m->totals.inherited_blocks;
  u->live_bytes = m->totals.inherited_bytes;
  u->peak_blocks = u->live_blocks;
  m->max_bytes = u->live_bytes;
  m->peak_seq = 1;
  if (!m->totals.inherited_blocks)
    m->seq = 0;
  free(map);
}

const struct ms_model_totals *ms_model_totals(const struct ms_model *m) { return &m->totals; }

size_t ms_model_context_count(const struct ms_model *m) { return m->context_count; }

const struct ms_model_context *ms_model_context(const struct ms_model *m, size_t index) {
  assert(index < m->context_count);
  return &m->contexts[index];
}

size_t ms_model_thread_count(const struct ms_model *m) { return m->thread_count; }

const struct ms_model_thread *ms_model_thread(const struct ms_model *m, size_t index) {
  assert(index < m->thread_count);
  return &m->threads[index];
}

const struct ms_block *ms_model_next_live(const struct ms_model *m, size_t *cursor) {
  while (*cursor < m->map.used) {
    const struct ms_block *b = &m->map.blocks[(*cursor)++];
    if (b->id)
      return b;
  }
  return NULL;
}
