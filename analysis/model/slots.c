/* slots.c - see slots.h: takes the events of a replay and hands each to its part.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The model has processed an event before it gets here and says what began and ended, so
 * blocks have the same ids in both. Blocks that are not tracked are kept as well: slots may lie in
 * them, and end with them.
 */
#include "analysis/model/slots.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/model/slots_parts.h"
#include "support/xalloc.h"

void ms_slots_tell(struct ms_slots *s, struct ms_notice notice) {
  if (!s->observer)
    return;
  notice.event = s->now.event;
  notice.site = s->now.site;
  s->observer(s->user, &notice);
}

/* Makes E the present event. */
static void set_now(struct ms_slots *s, const struct ms_event *e) {
  const struct ms_trace_context *context = ms_trace_context(s->trace, e->context);
  bool is_free = e->kind == MS_EV_FREE || e->kind == MS_EV_REALLOC_BEGIN;
  ms_site_id site = is_free && context->call_site ? context->call_site : context->name_site;
  if (s->now.event == NULL || s->threads[s->now.thread].number != e->thread)
    s->now.thread = ms_slots_thread(s, e->thread);
  s->now.event = e;
  s->now.site = site;
  s->now.info = ms_trace_site(s->trace, site);
  struct ms_slot_thread *t = &s->threads[s->now.thread];
  if (site && s->now.info->func != t->function) {
    t->function = s->now.info->func;
    t->function_since = e->id;
  }
}

static enum ms_slot_end end_of_clear(const struct ms_trace_site *site) {
  return site->kind == MS_SITE_COPY ? MS_END_CLEARED : MS_END_SCOPE;
}

/* Whether the store is `p--` or `p++` that leaves the live block which p points into: what lies there is nothing
 * that p was ever given. Lua's tables keep such a pointer, one before their nodes. */
static bool steps_out(const struct ms_slots *s, uint32_t block) {
  const struct ms_event *e = s->now.event;
  const struct ms_trace_site *site = s->now.info;
  uint32_t index;
  if (site->kind != MS_SITE_STORE || !site->type_size || site->src_slot != site->slot || !*site->src ||
      strcmp(site->src, site->path) != 0 || !ms_address_map_find(&s->memory, e->addr, &index))
    return false;
  const struct ms_slot *slot = &s->slots[index];
  return slot->block != block && !s->blocks[slot->block].end_event &&
         (slot->value - e->value == site->type_size || e->value - slot->value == site->type_size);
}

static void on_store(struct ms_slots *s) {
  const struct ms_event *e = s->now.event;
  uint32_t block = ms_slots_resolve(s, e->value);
  if (block != MS_NONE && steps_out(s, block))
    block = MS_NONE;
  if (e->value && block == MS_NONE)
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_OTHER});
  ms_slots_store(s, e->addr, e->value, block);
}

static void on_clear(struct ms_slots *s) {
  const struct ms_event *e = s->now.event;
  /* A pointer of which only a part is cleared is none any more. */
  uint64_t first = e->addr > MS_POINTER_BYTES - 1 ? e->addr - (MS_POINTER_BYTES - 1) : 0;
  if (e->size)
    ms_slots_end_range(s, first, ms_slots_end_of(e->addr, e->size), end_of_clear(s->now.info));
}

static void on_bind(struct ms_slots *s) {
  const struct ms_event *e = s->now.event;
  const struct ms_activation *activation = ms_slots_activation(s, e->addr);
  if (s->now.info->kind == MS_SITE_SCOPE && !*s->now.info->path) {
    ms_slots_landed(s);
    return;
  }
  if (activation && s->now.site) {
    ms_slots_bind(s, activation, ms_slots_variable(s, s->now.site), e->value);
    return;
  }
  uint32_t block = ms_slots_resolve(s, e->value);
  if (block != MS_NONE)
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_BIND, .block = &s->blocks[block]});
}

/* A function got, or gets, BLOCK as an argument. */
static void note_argument(struct ms_slots *s, uint32_t block, const char *function) {
  struct ms_slot_thread *t = &s->threads[s->now.thread];
  t->argument = block == MS_NONE ? 0 : s->blocks[block].id;
  t->argument_of = function;
}

static void on_pass(struct ms_slots *s) {
  const struct ms_event *e = s->now.event;
  (void)ms_slots_activation(s, e->addr);
  uint32_t block = ms_slots_resolve(s, e->value);
  if (block == MS_NONE)
    return;
  note_argument(s, block, s->now.info->callee);
  uint32_t slot = s->skips_origins ? MS_NONE
                                   : ms_slots_source(s, block, s->now.info, s->now.info->src, s->now.info->src_slot, MS_NONE);
  ms_slots_touch(s, block, MS_NONE, false);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_PASS, .block = &s->blocks[block],
                                      .slot = slot == MS_NONE ? NULL : &s->slots[slot]});
}

static void on_count(struct ms_slots *s) {
  uint32_t block = ms_slots_container(s, s->now.event->addr);
  if (block == MS_NONE)
    return;
  ms_slots_touch(s, block, MS_NONE, !(s->now.info->flags & MS_SITE_F_DOWN));
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_COUNT, .block = &s->blocks[block]});
}

static void on_name(struct ms_slots *s) {
  uint64_t addr = s->now.event->addr;
  uint32_t block = ms_slots_container(s, addr);
  if (block == MS_NONE && ms_address_map_find(&s->live, addr, &block) == false)
    return;
  ms_string_id name = (ms_string_id)s->now.event->number;
  if (strcmp(ms_trace_string(s->trace, name), MS_NAME_IGNORE) == 0)
    s->blocks[block].is_ignored = true;
  else
    s->blocks[block].name = name;
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_NAME, .block = &s->blocks[block]});
}

static void on_mute(struct ms_slots *s) {
  uint32_t block = ms_slots_container(s, s->now.event->addr);
  if (block != MS_NONE && s->blocks[block].is_tracked)
    ms_slots_block_mute(s, block);
}

/* A fresh block that a function like strdup made. */
static void look_for_duplicate(struct ms_slots *s, uint32_t block) {
  const struct ms_trace_context *context = ms_trace_context(s->trace, s->now.event->context);
  const char *callee = ms_trace_site(s->trace, context->name_site)->callee;
  if (!ms_rule_is_duplicator(callee))
    callee = ms_trace_site(s->trace, context->call_site)->callee;
  if (!*callee || !ms_rule_is_duplicator(callee))
    return;
  const struct ms_slot_thread *t = &s->threads[s->now.thread];
  struct ms_held_block *b = &s->blocks[block];
  b->clone_of = t->argument_of == callee ? t->argument : 0;
  b->clone_rule = MS_RULE_duplicator;
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_CLONE, .block = b});
}

static void on_alloc(struct ms_slots *s, const struct ms_block *begun) {
  uint32_t block = ms_slots_block_begin(s, begun);
  ms_slots_end_range(s, begun->addr, ms_slots_end_of(begun->addr, begun->size), MS_END_CLEARED);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_BEGIN, .block = &s->blocks[block]});
  if (!s->skips_origins)
    look_for_duplicate(s, block);
}

static void on_blocks(struct ms_slots *s, const struct ms_model_change *change) {
  if (change->replaced)
    ms_slots_block_end(s, change->replaced);
  if (s->now.event->kind == MS_EV_REALLOC_END && change->begun)
    ms_slots_block_realloc(s, change->ended, change->begun);
  else if (change->begun)
    on_alloc(s, change->begun);
  else if (change->ended)
    ms_slots_block_end(s, change->ended);
}

static void on_event(void *user, const struct ms_event *e, const struct ms_model_change *change) {
  struct ms_slots *s = user;
  set_now(s, e);
  if (change->begun || change->ended || change->replaced)
    on_blocks(s, change);
  switch (e->kind) {
  case MS_EV_STORE: on_store(s); break;
  case MS_EV_CLEAR:
    on_clear(s);
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_OTHER});
    break;
  case MS_EV_FREE:
    if (!change->ended)
      ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_OTHER});
    break;
  case MS_EV_BIND:
    on_bind(s);
    if (s->now.info->slot == MS_SLOT_PARAM)
      note_argument(s, ms_slots_resolve(s, e->value), s->now.info->func);
    break;
  case MS_EV_ENTER: ms_slots_enter(s); break;
  case MS_EV_LEAVE: ms_slots_leave(s); break;
  case MS_EV_COUNT: on_count(s); break;
  case MS_EV_MUTE: on_mute(s); break;
  case MS_EV_RETIRE: ms_slots_retire(s, e->addr, ms_slots_end_of(e->addr, e->size)); break;
  case MS_EV_PASS: on_pass(s); break;
  case MS_EV_NAME: on_name(s); break;
  case MS_EV_THREAD_END:
    ms_slots_thread_end(s, ms_slots_thread(s, (uint32_t)e->number));
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_OTHER});
    break;
  case MS_EV_MARK:
  case MS_EV_SCOPE_BEGIN:
  case MS_EV_SCOPE_END:
  case MS_EV_POOL:
  case MS_EV_POOL_ALLOC:
  case MS_EV_POOL_RESET:
  case MS_EV_THREAD:
  case MS_EV_FORK:
  case MS_EV_EXEC:
  case MS_EV_REALLOC_BEGIN:
  case MS_EV_SNAPSHOT:
  case MS_EV_REGION:
  case MS_EV_EDGE:
  case MS_EV_SNAPSHOT_END:
  case MS_EV_OBJECT:
  case MS_EV_REPORT:
  case MS_EV_CANARY:
  case MS_EV_EXIT: ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_OTHER}); break;
  default: break;
  }
  if (e->id == s->watched_event)
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_WATCHED});
}

void ms_slots_skip_origins(struct ms_slots *s) { s->skips_origins = true; }

void ms_slots_watch(struct ms_slots *s, uint64_t event) { s->watched_event = event; }

struct ms_slots *ms_slots_new(struct ms_model *model, struct ms_trace *trace, ms_slots_observer *observer,
                              void *user) {
  struct ms_slots *s = ms_xcalloc(1, sizeof *s);
  s->trace = trace;
  s->observer = observer;
  s->user = user;
  s->is_recorded = ms_trace_arena(trace, &s->arena_first, &s->arena_behind);
  s->now.info = ms_trace_site(trace, 0);
  ms_slots_places_init(s);
  size_t cursor = 0;
  for (const struct ms_block *b; (b = ms_model_next_live(model, &cursor)) != NULL;)
    (void)ms_slots_block_begin(s, b);
  ms_model_observe(model, on_event, s);
  return s;
}

void ms_slots_finish(struct ms_slots *s) {
  s->now.event = NULL;
  s->now.site = 0;
  s->now.info = ms_trace_site(s->trace, 0);
  for (uint32_t i = 0; i < s->block_count; i++)
    if (s->blocks[i].id)
      ms_slots_settle(s, i);
}

void ms_slots_free(struct ms_slots *s) {
  if (!s)
    return;
  for (uint32_t i = 0; i < s->block_count; i++)
    if (s->blocks[i].id)
      free(s->blocks[i].lost);
  for (uint32_t i = 0; i < s->thread_count; i++)
    free(s->threads[i].activations);
  struct ms_address_map *const maps[] = {&s->live, &s->dead, &s->displaced, &s->carried, &s->memory, &s->variables, &s->stacks,
                                         &s->modules};
  for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
    ms_address_map_fini(maps[i]);
  ms_index_fini(&s->thread_index);
  ms_index_fini(&s->variable_index);
  free(s->blocks);
  free(s->slots);
  free(s->copies);
  free(s->threads);
  free(s->variable_of_site);
  free(s->variable_sites);
  free(s);
}

uint64_t ms_slots_muted(const struct ms_slots *s) { return s->muted; }
bool ms_slots_is_recorded(const struct ms_slots *s) { return s->is_recorded; }
uint32_t ms_slots_block_count(const struct ms_slots *s) { return s->block_count; }
const struct ms_held_block *ms_slots_block(const struct ms_slots *s, uint32_t index) { return &s->blocks[index]; }
uint32_t ms_slots_block_index(const struct ms_slots *s, const struct ms_held_block *b) { return (uint32_t)(b - s->blocks); }
const struct ms_slot *ms_slots_slot(const struct ms_slots *s, uint32_t index) { return &s->slots[index]; }
uint32_t ms_slots_slot_index(const struct ms_slots *s, const struct ms_slot *slot) { return (uint32_t)(slot - s->slots); }

const struct ms_slot *ms_slots_next_in(const struct ms_slots *s, uint64_t *cursor, uint64_t behind) {
  uint32_t slot;
  if (!ms_address_map_ceil(&s->memory, cursor, &slot) || *cursor >= behind)
    return NULL;
  ++*cursor;
  return &s->slots[slot];
}

const struct ms_held_block *ms_slots_block_at(const struct ms_slots *s, uint64_t addr) {
  uint64_t key = addr;
  uint32_t index;
  if (!ms_address_map_floor(&s->live, &key, &index) || addr - key > s->blocks[index].size)
    return NULL;
  return &s->blocks[index];
}

const char *ms_slot_where_name(unsigned where) {
  static const char *const names[] = {"variable", "heap", "stack", "module", "other"};
  return where < sizeof names / sizeof names[0] ? names[where] : "?";
}

const char *ms_slot_end_name(unsigned why) {
  static const char *const names[] = {"held", "overwritten", "cleared", "container", "scope", "returned", "thread",
                                      "unfollowed"};
  return why < sizeof names / sizeof names[0] ? names[why] : "?";
}
