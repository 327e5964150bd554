/* watch.c - see watch.h: takes notices, writes down observations.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * References to a block are counted in two ways that must agree in the end: by what the block
 * says itself (it exists: one; its counters) and by the slots that hold it. Where no local
 * variable holds the block, the two can be compared at once (rule standing-references); over a
 * function's run the difference can (rule reference-balance, watch_calls.c).
 */
#include "analysis/ownership/watch.h"

#include <stdlib.h>
#include <string.h>

/* Where the program is, who called it there, and where BLOCK was born. */
static uint64_t unit_here(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  uint64_t parts[3] = {block->unit, ms_watch_place(w, ms_trace_site(w->trace, n->site)),
                       n->event ? ms_watch_caller(w, n->event->thread) : 0};
  return ms_hash_bytes(parts, sizeof parts);
}

enum { COPIES_KEPT = sizeof((struct ms_owned *)NULL)->copied_from / sizeof(uint64_t) };

static void add(struct ms_watch *w, uint32_t subject, enum ms_ownership_rule_id rule, const struct ms_items *items,
                uint64_t unit, const struct ms_owned *block, const struct ms_event *e) {
  ms_evidence_add(w->evidence, subject, rule, items, unit, block ? block->id : 0, e ? e->id : 0, w->number);
}

/* What holds BLOCK in memory: each kind of slot can be asked whether it counts, all the more when
 * the last variable has let go of it. IN_TRANSIT: variables hold it, or it is just being put somewhere. */
static void observe_standing(struct ms_watch *w, const struct ms_owned *block, const struct ms_notice *n, bool in_transit) {
  if (block->end_event || !block->holds.count || !w->has_calls)
    return;
  struct ms_items items = ms_owned_standing(block);
  uint64_t unit = unit_here(w, n, block);
  if (in_transit)
    ms_items_add(&items, MS_SUBJECT_LABEL, 1);
  for (uint32_t i = 0; i < block->holds.count; i++)
    add(w, block->holds.at[i].subject, MS_ORULE_standing, &items, unit, block, n->event);
}

static void on_begin(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  block->birth_event = n->block->event;
  block->unit = ms_watch_birth(w, n->block);
  ms_owned_change(block, n->block->event, MS_SUBJECT_BIRTH, 1);
}

/* Whose slot the pointer was freed through; the kind of slot in memory, 0 none. */
static uint32_t observe_free(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  struct ms_items items = {.count = 0};
  ms_items_add(&items, MS_SUBJECT_FREED, 1);
  uint64_t unit = unit_here(w, n, block);
  uint32_t kind = 0;
  if (n->slot && n->slot->where == MS_IN_VARIABLE) {
    const struct ms_trace_site *site = ms_trace_site(w->trace, n->slot->site);
    if (site->slot == MS_SLOT_LOCAL)
      add(w, ms_watch_local(w, site), MS_ORULE_freed_through, &items, unit, block, n->event);
    kind = ms_owned_origin(block, n->slot->event);
  } else if (n->slot) {
    (void)ms_address_map_find(&w->slot_kinds, n->slot->event, &kind);
  }
  if (kind) {
    add(w, kind, MS_ORULE_freed_through, &items, unit, block, n->event);
  } else if (!(n->slot && n->slot->where != MS_IN_VARIABLE) && block->holds.count == 1 && block->holds.at[0].n == 1) {
    ms_items_add(&items, MS_SUBJECT_LABEL, 1); /* nothing else in memory held it */
    add(w, block->holds.at[0].subject, MS_ORULE_freed_through, &items, unit, block, n->event);
  }
  return kind;
}

/* Whether slots of a kind share their blocks with others, as a habit. */
static void count_life(struct ms_watch *w, const struct ms_owned *block, uint32_t freed_through) {
  struct ms_subject *subjects = w->evidence->subjects;
  if (freed_through && !ms_items_of(&block->holds, freed_through))
    ++*(block->was_shared ? &subjects[freed_through].shared : &subjects[freed_through].lone);
  for (uint32_t i = 0; i < block->holds.count; i++)
    ++*(block->was_shared ? &subjects[block->holds.at[i].subject].shared : &subjects[block->holds.at[i].subject].lone);
}

static void observe_counters(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  for (uint32_t i = 0; i < block->counter_count; i++) {
    const struct ms_counter_state *c = &block->counters[i];
    struct ms_items items = {.count = 0};
    /* References begin at 1, as lengths do not, and the last one need not be counted down. */
    bool began_at_one = c->value - c->sum == 1;
    bool is_zero_here = c->is_zero && n->event &&
                        (!c->zero_activation || ms_watch_runs(w, n->event->thread, c->zero_activation));
    bool by_count = is_zero_here || (began_at_one && (c->value == 0 || c->value == 1));
    if (by_count)
      ms_items_add(&items, MS_SUBJECT_FREED, 1);
    add(w, c->subject, MS_ORULE_counter, &items, unit_here(w, n, block), block, n->event);
  }
}

static struct ms_suspect suspect_of(struct ms_watch *w, enum ms_suspicion what, uint32_t subject, const struct ms_held_block *held,
                                    ms_site_id at, uint64_t event) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, at);
  const struct ms_trace_site *birth = ms_trace_site(w->trace, ms_trace_context(w->trace, held->context)->name_site);
  return (struct ms_suspect){.what = what, .subject = subject, .block = ms_evidence_text(w->evidence, birth->path),
                             .function = ms_evidence_text(w->evidence, site->func),
                             .file = ms_evidence_text(w->evidence, site->file), .line = site->line, .trace = w->number,
                             .event = event};
}

/* Slots in memory still hold the block that ends: one that owns may, the one it is freed through. */
static void suspect_second_owner(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  int32_t slots = 0;
  for (uint32_t i = 0; i < block->holds.count; i++)
    slots += block->holds.at[i].n;
  if (slots < 2 || block->counter_count) /* counted references are taken back one by one before */
    return;
  for (uint32_t i = 0; i < block->holds.count; i++) {
    struct ms_suspect s = suspect_of(w, MS_SUSPECT_HELD_AT_END, block->holds.at[i].subject, n->block, n->site, block->end_event);
    s.others = block->holds;
    ms_suspects_add(w->suspects, &s);
  }
}

static void on_end(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  uint64_t event = n->event ? n->event->id : 0;
  observe_counters(w, n, block);
  count_life(w, block, observe_free(w, n, block));
  ms_owned_change(block, event, MS_SUBJECT_FREED, 1);
  block->end_event = event ? event : 1;
  suspect_second_owner(w, n, block);
  ms_owned_check(&w->blocks, block);
}

static bool is_allocator(const char *function) {
  for (unsigned fn = 1; ms_alloc_fn_name(fn)[0] != '?'; fn++)
    if (strcmp(ms_alloc_fn_name(fn), function) == 0)
      return true;
  return false;
}

/* The result of a function that MemScope did not compile has got its first name. */
static void observe_bound(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block,
                          const struct ms_trace_site *site) {
  if (site->src_slot != MS_SLOT_CALL || block->locals || block->end_event)
    return;
  uint32_t result = is_allocator(site->src) ? 0 : ms_watch_result(w, site->src);
  if (!result || w->evidence->subjects[result].is_instrumented)
    return;
  struct ms_items items = ms_owned_standing(block);
  add(w, result, MS_ORULE_bound_result, &items, unit_here(w, n, block), block, n->event);
}

static void on_hold(struct ms_watch *w, const struct ms_notice *n) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, n->slot->site);
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  bool is_same = n->before && n->before->block == n->slot->block;
  bool is_parameter = n->slot->where == MS_IN_VARIABLE && site->src_slot == MS_SLOT_NONE &&
                      (site->kind == MS_SITE_PARAM || site->slot == MS_SLOT_PARAM);
  observe_bound(w, n, block, site);
  bool is_inside_itself = n->slot->where == MS_IN_HEAP && n->slot->container == n->slot->block;
  uint32_t kind = is_inside_itself ? 0 : ms_watch_kind(w, n->slot, n->before), before = 0;
  if (is_same && n->before->where != MS_IN_VARIABLE && ms_address_map_find(&w->slot_kinds, n->before->event, &before)) {
    ms_address_map_remove(&w->slot_kinds, n->before->event);
    ms_items_add(&block->holds, before, -1);
    ms_owned_change(block, n->event->id, before, -1);
  } else if (is_same && !is_inside_itself) {
    block->locals -= block->locals > 0;
  }
  if (is_inside_itself)
    return; /* no block owns itself */
  if (kind) {
    ms_address_map_put(&w->slot_kinds, n->slot->event, kind);
    ms_items_add(&block->holds, kind, 1);
    block->was_shared |= block->holds.is_unclear || block->holds.count > 1 || block->holds.at[0].n > 1;
    ms_owned_change(block, n->event->id, kind, 1);
    if (ms_items_of(&block->holds, kind) > 1)
      observe_standing(w, block, n, true);
    return;
  }
  block->locals++;
  if (is_parameter)
    ms_watch_argument(w, n, ms_watch_parameter_index(w, site));
}

/* A slot of KIND lets go of BLOCK, which lives on in other memory, and nobody took a reference away. */
static void observe_outlived(struct ms_watch *w, const struct ms_notice *n, struct ms_owned *block, uint32_t kind) {
  if (block->end_event || block->locals || !block->holds.count || ms_items_of(&block->holds, kind) || !w->has_calls ||
      !n->event)
    return;
  for (uint32_t i = 0; i < COPIES_KEPT; i++)
    if (block->copied_from[i] == n->slot->event)
      return; /* it may have been handed on */
  const struct ms_call_stack *s = ms_watch_stack(w, n->event->thread);
  struct ms_items lately = ms_owned_since(block, s->depth ? s->calls[s->depth - 1].event : 0);
  for (uint32_t i = 0; i < lately.count; i++)
    if (lately.at[i].n < 0 && w->evidence->subjects[lately.at[i].subject].kind == MS_OWN_COUNTER)
      return;
  struct ms_items items = {.count = 0};
  uint64_t unit = unit_here(w, n, block);
  add(w, kind, MS_ORULE_outlived, &items, unit, block, n->event);
}

/* The slot dangled until the trace ended. */
static void suspect_dangling(struct ms_watch *w, const struct ms_owned *block, uint32_t kind, const struct ms_held_block *held) {
  ms_site_id site = ms_trace_context(w->trace, held->end_context)->call_site;
  struct ms_suspect s = suspect_of(w, MS_SUSPECT_DANGLED, kind, held, site, block->end_event);
  ms_suspects_add(w->suspects, &s);
}

void ms_watch_finish(struct ms_watch *w) {
  for (uint32_t i = 0; i < ms_slots_block_count(w->slots); i++) {
    const struct ms_held_block *held = ms_slots_block(w->slots, i);
    const struct ms_owned *block = ms_owned_find(&w->blocks, held->id);
    if (!block || !held->id)
      continue;
    for (uint32_t k = 0; block->end_event && k < block->holds.count; k++)
      suspect_dangling(w, block, block->holds.at[k].subject, held);
    if (!held->lost || held->end_event || held->lost->why != MS_END_OVERWRITTEN)
      continue;
    uint32_t subject = ms_watch_subject(w, &held->lost->slot);
    struct ms_suspect s = suspect_of(w, MS_SUSPECT_OVERWRITTEN, subject, held, held->lost->site, held->lost->event);
    if (subject)
      ms_suspects_add(w->suspects, &s);
  }
}

/* A slot of KIND lets go of a block: in time, if one that had it before still holds it. */
static void count_release(struct ms_watch *w, const struct ms_notice *n, uint32_t kind) {
  enum { LOOKED_AT = 16 };
  struct ms_subject *s = &w->evidence->subjects[kind];
  if (n->block->end_event) {
    s->left++;
    return;
  }
  unsigned looked = 0;
  for (uint32_t i = n->block->first; i != MS_SLOT_NONE_INDEX && looked < LOOKED_AT; looked++) {
    const struct ms_slot *other = ms_slots_slot(w->slots, i);
    uint32_t ignored;
    if (other->event < n->slot->event && ms_address_map_find(&w->slot_kinds, other->event, &ignored)) {
      s->let_go++;
      return;
    }
    i = other->next;
  }
}

static void on_release(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_find(&w->blocks, n->block->id);
  if (!block)
    return;
  uint32_t kind;
  if (n->slot->where == MS_IN_HEAP && n->slot->container == n->slot->block)
    return;
  if (n->slot->where == MS_IN_VARIABLE || !ms_address_map_find(&w->slot_kinds, n->slot->event, &kind)) {
    block->locals -= block->locals > 0;
    if (!block->locals && n->why != MS_END_RETURNED)
      observe_standing(w, block, n, false);
    ms_owned_check(&w->blocks, block);
    return;
  }
  ms_address_map_remove(&w->slot_kinds, n->slot->event);
  w->released = n->slot->event;
  w->released_kind = kind;
  count_release(w, n, kind);
  ms_items_add(&block->holds, kind, -1);
  ms_owned_change(block, n->event ? n->event->id : UINT64_MAX, kind, -1);
  observe_outlived(w, n, block, kind);
  ms_owned_check(&w->blocks, block);
}

static void on_copy(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_find(&w->blocks, n->copy->block);
  if (!block)
    return;
  const struct ms_trace_site *site = ms_trace_site(w->trace, n->copy->site);
  if (n->copy->source_event && (n->copy->label == MS_LABEL_MOVE || site->kind != MS_SITE_BIND))
    block->copied_from[block->copied_count++ % COPIES_KEPT] = n->copy->source_event;
  if (site->kind != MS_SITE_BIND || site->slot != MS_SLOT_LOCAL || n->copy->label == MS_LABEL_SAME)
    return;
  uint32_t origin = 0;
  if (n->copy->source_event && !ms_address_map_find(&w->slot_kinds, n->copy->source_event, &origin))
    origin = ms_owned_origin(block, n->copy->source_event);
  if (origin)
    ms_owned_set_origin(block, n->copy->event, origin);
  struct ms_items items = {.count = 0};
  ms_items_add(&items, MS_SUBJECT_LABEL, (int32_t)n->copy->label);
  uint32_t source = ms_watch_source(w, site);
  if (!source)
    source = origin;
  if (source)
    ms_items_add(&items, source, 1);
  add(w, ms_watch_local(w, site), MS_ORULE_received, &items, unit_here(w, n, block), block, n->event);
}

static void on_count(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  const struct ms_trace_site *site = ms_trace_site(w->trace, n->site);
  const char *name = *site->field ? site->field : site->path;
  if (!*name)
    return;
  uint32_t subject = ms_evidence_subject(w->evidence, MS_OWN_COUNTER, "", ms_evidence_text(w->evidence, name), 0);
  struct ms_counter_state *c = ms_owned_counter(block, subject);
  bool is_down = site->flags & MS_SITE_F_DOWN;
  w->evidence->subjects[subject].is_exercised = true;
  ms_owned_change(block, n->event->id, subject, is_down ? -1 : 1);
  if (!c)
    return;
  c->sum += is_down ? -1 : 1;
  c->value = (int64_t)n->event->size;
  c->is_zero = is_down && n->event->size == 0;
  c->zero_activation = c->is_zero ? ms_watch_top(w, n->event->thread) : 0;
}

static void on_bind(struct ms_watch *w, const struct ms_notice *n) {
  const struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  observe_bound(w, n, block, ms_trace_site(w->trace, n->site));
}

/* Whether memory has changed, as far as it is seen. */
static bool is_change(const struct ms_notice *n) {
  switch (n->kind) {
  case MS_NOTICE_BEGIN:
  case MS_NOTICE_END:
  case MS_NOTICE_COUNT: return true;
  case MS_NOTICE_HOLD:
  case MS_NOTICE_RELEASE: return n->slot->where != MS_IN_VARIABLE;
  default: return false;
  }
}

void ms_watch_notice(void *user, const struct ms_notice *n) {
  struct ms_watch *w = user;
  w->changes += is_change(n);
  switch (n->kind) {
  case MS_NOTICE_BEGIN: on_begin(w, n); break;
  case MS_NOTICE_END: on_end(w, n); break;
  case MS_NOTICE_HOLD: on_hold(w, n); break;
  case MS_NOTICE_RELEASE: on_release(w, n); break;
  case MS_NOTICE_COPY: on_copy(w, n); break;
  case MS_NOTICE_ENTER: ms_watch_enter(w, n); break;
  case MS_NOTICE_LEAVE: ms_watch_leave(w, n); break;
  case MS_NOTICE_COUNT: on_count(w, n); break;
  case MS_NOTICE_BIND: on_bind(w, n); break;
  case MS_NOTICE_CLONE:
  case MS_NOTICE_LOST:
  case MS_NOTICE_PASS:
  case MS_NOTICE_NAME:
  case MS_NOTICE_MUTE:
  case MS_NOTICE_OTHER:
  case MS_NOTICE_WATCHED: break;
  }
}

void ms_watch_fini(struct ms_watch *w) {
  for (uint32_t i = 0; i < w->stack_count; i++)
    free(w->stacks[i].calls);
  free(w->stacks);
  ms_address_map_fini(&w->slot_kinds);
  ms_address_map_fini(&w->members);
  ms_owned_fini(&w->blocks);
  *w = (struct ms_watch){.stacks = NULL};
}
