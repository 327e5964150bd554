/* exit_view.c - see exit_view.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/exit_view.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

void ms_exit_view_fini(struct ms_exit_view *v) {
  free(v->words);
  free(v->regions);
  ms_address_map_fini(&v->region_at);
  ms_address_map_fini(&v->word_at);
  ms_address_map_fini(&v->past);
  ms_address_map_fini(&v->ended);
  ms_address_map_fini(&v->seen);
  free(v->stacks);
}

static void saw_stack(struct ms_exit_view *v, uint32_t thread, uint64_t address) {
  uint32_t index;
  if (!ms_address_map_find(&v->seen, thread, &index)) {
    MS_GROW(v->stacks, v->stack_count, v->stack_capacity);
    index = (uint32_t)v->stack_count++;
    ms_address_map_put(&v->seen, thread, index);
  }
  v->stacks[index] = address;
  (void)ms_address_map_remove(&v->ended, address);
}

static void end_stack(struct ms_exit_view *v, uint32_t thread) {
  uint32_t index;
  if (!ms_address_map_find(&v->seen, thread, &index))
    return;
  ms_address_map_put(&v->ended, v->stacks[index], thread);
  ms_address_map_remove(&v->seen, thread);
  v->stacks[index] = 0;
}

/* Whether R is the stack of a thread that has ended, and of no other. */
static bool is_ended_stack(const struct ms_exit_view *v, const struct ms_exit_region *r) {
  uint64_t key = r->start;
  uint32_t ignored;
  if (r->thread || !ms_address_map_ceil(&v->ended, &key, &ignored) || key >= r->end)
    return false;
  for (size_t i = 0; i < v->stack_count; i++)
    if (v->stacks[i] >= r->start && v->stacks[i] < r->end)
      return false;
  return true;
}

static void begin(struct ms_exit_view *v, uint64_t event) {
  v->word_count = v->region_count = 0;
  v->event = event;
  ms_address_map_fini(&v->region_at);
  memset(&v->region_at, 0, sizeof v->region_at);
  ms_address_map_fini(&v->word_at);
  memset(&v->word_at, 0, sizeof v->word_at);
  v->is_open = true;
  v->is_whole = false;
}

/* Main has left its frame: what lies below its end is of the past. */
static void on_clear(struct ms_exit_view *v, const struct ms_trace *trace, const struct ms_event *e) {
  const struct ms_trace_site *site = ms_trace_site(trace, ms_trace_context(trace, e->context)->name_site);
  if (site->kind == MS_SITE_FRAME && strcmp(site->func, "main") == 0)
    v->main_frame = e->addr + e->size;
}

static void on_event(struct ms_exit_view *v, const struct ms_trace *trace, const struct ms_event *e) {
  switch (e->kind) {
  case MS_EV_CLEAR: on_clear(v, trace, e); break;
  case MS_EV_THREAD_END: end_stack(v, (uint32_t)e->number); break;
  case MS_EV_SNAPSHOT:
    v->is_open = false;
    if (strcmp(ms_trace_string(trace, (ms_string_id)e->number), "exit") == 0)
      begin(v, e->id);
    break;
  case MS_EV_REGION:
    if (!v->is_open)
      break;
    MS_GROW(v->regions, v->region_count, v->region_capacity);
    ms_address_map_put(&v->region_at, e->addr, (uint32_t)v->region_count);
    v->regions[v->region_count++] = (struct ms_exit_region){.start = e->addr, .end = e->addr + e->size, .thread = e->number};
    break;
  case MS_EV_EDGE:
    if (!v->is_open)
      break;
    MS_GROW(v->words, v->word_count, v->word_capacity);
    ms_address_map_put(&v->word_at, e->addr, (uint32_t)v->word_count);
    v->words[v->word_count++] = (struct ms_exit_word){e->addr, e->value};
    break;
  case MS_EV_SNAPSHOT_END:
    for (size_t i = 0; v->is_open && i < v->region_count; i++)
      v->regions[i].is_past = is_ended_stack(v, &v->regions[i]);
    v->is_whole = v->is_whole || v->is_open;
    v->is_open = false;
    break;
  default: break;
  }
}

void ms_exit_view_take(struct ms_exit_view *v, const struct ms_trace *trace, const struct ms_notice *notice) {
  if (notice->kind == MS_NOTICE_OTHER) {
    on_event(v, trace, notice->event);
  } else if (notice->kind == MS_NOTICE_RELEASE && notice->slot->where == MS_IN_STACK) {
    if (notice->why == MS_END_SCOPE || notice->why == MS_END_RETURNED || notice->why == MS_END_THREAD)
      ms_address_map_put(&v->past, notice->slot->address, 1);
  } else if (notice->kind == MS_NOTICE_HOLD && notice->slot->where == MS_IN_STACK) {
    (void)ms_address_map_remove(&v->past, notice->slot->address);
    saw_stack(v, notice->slot->owner, notice->slot->address);
  } else if (notice->kind == MS_NOTICE_ENTER) {
    saw_stack(v, notice->activation->thread, notice->activation->frame);
  }
}

static const struct ms_exit_region *region_of(const struct ms_exit_view *v, uint64_t address) {
  uint64_t key = address;
  uint32_t index;
  if (!ms_address_map_floor(&v->region_at, &key, &index) || address >= v->regions[index].end)
    return NULL;
  return &v->regions[index];
}

const struct ms_exit_region *ms_exit_view_stack(const struct ms_exit_view *v, uint64_t address) {
  const struct ms_exit_region *r = region_of(v, address);
  return r && r->thread ? r : NULL;
}

bool ms_exit_view_is_past(const struct ms_exit_view *v, uint64_t address) {
  uint32_t ignored;
  if (ms_address_map_find(&v->past, address, &ignored))
    return true;
  const struct ms_exit_region *r = region_of(v, address);
  if (!r)
    return false;
  bool is_main = v->main_frame > r->start && v->main_frame <= r->end;
  return r->thread ? is_main && address < v->main_frame : r->is_past;
}

bool ms_exit_view_contradicts(const struct ms_exit_view *v, const struct ms_slot *slot, bool in_block) {
  if (!v->is_whole || slot->event > v->event || slot->address % sizeof slot->value != 0)
    return false;
  const struct ms_exit_region *r = region_of(v, slot->address);
  if (!in_block && (!r || r->thread))
    return false;
  uint32_t index;
  return !ms_address_map_find(&v->word_at, slot->address, &index) || v->words[index].value != slot->value;
}
