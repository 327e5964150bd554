/* holders.c - see holders.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Blocks are sorted by id and holders by place, so that two moments can be compared as text.
 */
#include "analysis/summary/holders.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/graph/retained.h"
#include "support/arena.h"
#include "support/grow.h"

struct ms_moments {
  struct ms_trace *trace;
  struct ms_slots *slots;
  double tick;
  const struct ms_model *model;
  struct ms_report_moment moment;
  struct ms_report_held *blocks;
  size_t block_count, block_capacity; /* live ones and dangling ones */
  struct ms_report_holder *holders;
  size_t holder_count, holder_capacity;
  struct ms_arena names;
};

static double seconds(uint64_t ticks, double tick) { return tick > 0 ? (double)ticks * tick : -1; }

struct ms_moments *ms_moments_new(struct ms_run *run, struct ms_slots *slots) {
  struct ms_moments *m = ms_xcalloc(1, sizeof *m);
  m->trace = ms_run_trace(run);
  m->slots = slots;
  m->model = ms_run_model(run);
  double hz = ms_trace_tick_hz(m->trace);
  m->tick = hz > 0 ? 1 / hz : 0;
  return m;
}

void ms_moments_free(struct ms_moments *m) {
  if (!m)
    return;
  free(m->blocks);
  free(m->holders);
  ms_arena_fini(&m->names);
  free(m);
}

struct ms_report_site ms_report_site_of(const struct ms_trace *trace, ms_site_id id) {
  const struct ms_trace_site *s = ms_trace_site(trace, id);
  return (struct ms_report_site){s->path, s->type, s->field, s->func, s->file, s->line, s->column};
}

/* All but the container, which only the caller can know. */
static struct ms_report_holder holder_without_container(const struct ms_trace *trace, const struct ms_slot *slot,
                                                        double tick) {
  return (struct ms_report_holder){
      .site = ms_report_site_of(trace, slot->site),
      .where = ms_slot_where_name(slot->where),
      .label = ms_copy_label_name(slot->label),
      .rule = slot->rule ? ms_copy_rule_name(slot->rule) : "",
      .module = slot->where == MS_IN_MODULE ? ms_trace_module(trace, slot->owner)->path : "",
      .address = slot->address,
      .value = slot->value,
      .offset = slot->offset,
      .event = slot->event,
      .activation = slot->activation,
      .thread = slot->where == MS_IN_STACK ? slot->owner : slot->where == MS_IN_VARIABLE ? slot->thread : 0,
      .time = seconds(slot->time, tick)};
}

struct ms_report_holder ms_report_holder_of(const struct ms_trace *trace, const struct ms_slots *slots,
                                            const struct ms_slot *slot, double tick) {
  struct ms_report_holder h = holder_without_container(trace, slot, tick);
  if (slot->where == MS_IN_HEAP) {
    const struct ms_held_block *c = ms_slots_block(slots, slot->container);
    h.container = c->id;
    h.container_offset = slot->address - c->addr;
  }
  return h;
}

struct ms_report_vanished ms_report_vanished_of(const struct ms_trace *trace, const struct ms_lost *lost, double tick) {
  struct ms_report_vanished v = {.site = ms_report_site_of(trace, lost->site),
                                 .slot = holder_without_container(trace, &lost->slot, tick),
                                 .why = ms_slot_end_name(lost->why),
                                 .event = lost->event,
                                 .time = seconds(lost->time, tick)};
  v.slot.container = lost->container;
  v.slot.container_offset = lost->container_offset;
  return v;
}

const char *ms_held_name(const struct ms_trace *trace, const struct ms_held_block *b, char *buffer, size_t size) {
  const struct ms_trace_site *site = ms_trace_site(trace, ms_trace_context(trace, b->context)->name_site);
  if (b->name)
    return ms_trace_string(trace, b->name);
  if (*site->path)
    return site->path;
  if (*site->callee)
    snprintf(buffer, size, "%s()", site->callee);
  else
    snprintf(buffer, size, "%s", b->is_inherited ? "(of the parent process)" : "(no name)");
  return buffer;
}

static int by_place(const void *a, const void *b) {
  const struct ms_report_holder *x = a, *y = b;
  if (x->activation != y->activation)
    return x->activation < y->activation ? -1 : 1;
  if (x->address != y->address)
    return x->address < y->address ? -1 : 1;
  int order = strcmp(x->site.path, y->site.path);
  return order ? order : x->event < y->event ? -1 : x->event > y->event;
}

static int by_id(const void *a, const void *b) {
  const struct ms_report_held *x = a, *y = b;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void add_block(struct ms_moments *m, const struct ms_held_block *b, const struct ms_retained *retained) {
  const struct ms_trace *trace = m->trace;
  char buffer[256];
  const char *name = ms_held_name(trace, b, buffer, sizeof buffer);
  if (name == buffer)
    name = ms_arena_strndup(&m->names, buffer, strlen(buffer));
  MS_GROW(m->blocks, m->block_count, m->block_capacity);
  struct ms_report_held *r = &m->blocks[m->block_count++];
  *r = (struct ms_report_held){
      .site = ms_report_site_of(trace, ms_trace_context(trace, b->context)->name_site),
      .name = name, .id = b->id, .address = b->addr, .size = b->size, .event = b->event,
      .end_event = b->end_event, .clone_of = b->clone_of, .time = seconds(b->time, m->tick),
      .end_time = b->end_event ? seconds(b->end_time, m->tick) : -1,
      .end_site = ms_report_site_of(trace, ms_trace_context(trace, b->end_context)->call_site),
      .retained_blocks = retained->blocks, .retained_bytes = retained->bytes,
      .was_held = b->was_held, .holder_count = b->slot_count};
  if (b->lost)
    r->lost = ms_report_vanished_of(trace, b->lost, m->tick);
  size_t first = r->first_holder = m->holder_count;
  for (uint32_t i = b->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(m->slots, i)->next) {
    MS_GROW(m->holders, m->holder_count, m->holder_capacity);
    m->holders[m->holder_count++] = ms_report_holder_of(trace, m->slots, ms_slots_slot(m->slots, i), m->tick);
  }
  if (m->holder_count - first > 1)
    qsort(m->holders + first, m->holder_count - first, sizeof *m->holders, by_place);
}

/* Adds the blocks that live, or those that do not, sorted; how many. */
static size_t add_blocks(struct ms_moments *m, const struct ms_retained *retained, bool live) {
  size_t first = m->block_count;
  for (uint32_t i = 0; i < ms_slots_block_count(m->slots); i++) {
    const struct ms_held_block *b = ms_slots_block(m->slots, i);
    if (b->id && (live ? b->is_tracked && !b->end_event : b->end_event != 0))
      add_block(m, b, &retained[i]);
  }
  size_t count = m->block_count - first;
  if (count > 1)
    qsort(m->blocks + first, count, sizeof *m->blocks, by_id);
  return count;
}

const struct ms_report_moment *ms_moments_take(struct ms_moments *m, const struct ms_event *event, const char *mark) {
  const char *track = ms_trace_info(m->trace, "track"), *levels = ms_trace_info(m->trace, "levels");
  m->block_count = m->holder_count = 0;
  ms_arena_fini(&m->names);
  m->names = (struct ms_arena){NULL, NULL, NULL};
  struct ms_retained *retained = ms_retained_now(m->slots);
  size_t live = add_blocks(m, retained, true), dangling = add_blocks(m, retained, false);
  free(retained);
  for (size_t i = 0; i < m->block_count; i++)
    m->blocks[i].holders = m->holders + m->blocks[i].first_holder;
  m->moment = (struct ms_report_moment){
      .mark = mark, .is_end = event == NULL,
      .event = event ? event->id : ms_model_totals(m->model)->events,
      .time = seconds(event ? event->time : ms_model_totals(m->model)->last_time, m->tick), .is_recorded = ms_slots_is_recorded(m->slots),
      .track = track ? track : "", .levels = levels ? levels : "", .blocks = m->blocks, .block_count = live,
      .dangling = m->blocks + live, .dangling_count = dangling};
  return &m->moment;
}
