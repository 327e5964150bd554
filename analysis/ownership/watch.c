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
uint64_t ms_watch_unit(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  uint64_t parts[3] = {block->unit, ms_watch_place(w, ms_trace_site(w->trace, n->site)),
                       n->event ? ms_watch_caller(w, n->event->thread) : 0};
  return ms_hash_bytes(parts, sizeof parts);
}

enum { COPIES_KEPT = sizeof((struct ms_owned *)NULL)->copied_from / sizeof(uint64_t) };

void ms_watch_add(struct ms_watch *w, uint32_t subject, enum ms_ownership_rule_id rule, const struct ms_items *items,
                uint64_t unit, const struct ms_owned *block, const struct ms_event *e) {
  if (subject < MS_SUBJECT_FIRST_REAL)
    return;
  ms_evidence_add(w->evidence, subject, rule, items, unit, block ? block->id : 0, e ? e->id : 0, w->number);
}

bool ms_watch_is_handed_on(const struct ms_watch *w, const struct ms_owned *block) {
  uint32_t ignored;
  for (uint32_t i = 0; i < COPIES_KEPT && i < block->copied_count; i++)
    if (ms_address_map_find(&w->on_stack, block->copied_from[i], &ignored))
      return true;
  return false;
}

/* Whether BLOCK was copied to other memory from a slot of KIND: that may have handed its reference on. */
static bool has_given(const struct ms_watch *w, const struct ms_owned *block, uint32_t kind) {
  uint32_t source;
  for (uint32_t i = 0; i < COPIES_KEPT && i < block->copied_count; i++)
    if (ms_address_map_find(&w->slot_kinds, block->copied_from[i], &source) && source == kind)
      return true;
  return false;
}

/* Whether a structure on the stack holds BLOCK in a slot of KIND: structures are passed by value, and copied about. */
static bool is_on_stack(const struct ms_watch *w, const struct ms_held_block *block, uint32_t kind) {
  enum { LOOKED_AT = 16 };
  unsigned looked = 0;
  uint32_t other;
  for (uint32_t i = block->first; i != MS_SLOT_NONE_INDEX && looked < LOOKED_AT; looked++) {
    const struct ms_slot *slot = ms_slots_slot(w->slots, i);
    if (ms_address_map_find(&w->on_stack, slot->event, &other) && other == kind)
      return true;
    i = slot->next;
  }
  return false;
}

/* What holds BLOCK in memory: each kind of slot can be asked whether it counts, all the more when
 * the last variable has let go of it. IN_TRANSIT: variables hold it, or it is just being put somewhere. */
static void observe_standing(struct ms_watch *w, const struct ms_owned *block, const struct ms_notice *n, bool in_transit) {
  if (block->end_event || !block->holds.count || !w->has_calls || ms_watch_is_handed_on(w, block))
    return;
  struct ms_items items = ms_owned_standing(block);
  uint64_t unit = ms_watch_unit(w, n, block);
  if (in_transit)
    ms_items_add(&items, MS_SUBJECT_LABEL, 1);
  struct ms_items giving = items;
  ms_items_add(&giving, MS_SUBJECT_GAVE, 1);
  for (uint32_t i = 0; i < block->holds.count; i++) {
    uint32_t kind = block->holds.at[i].subject;
    bool may_be_done = has_given(w, block, kind) || (block->holds.at[i].n > 1 && is_on_stack(w, n->block, kind));
    ms_watch_add(w, kind, MS_ORULE_standing, may_be_done ? &giving : &items, unit, block, n->event);
  }
}

static void on_begin(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  block->birth_event = n->block->event;
  block->unit = ms_watch_birth(w, n->block);
  ms_owned_change(block, n->block->event, MS_SUBJECT_BIRTH, 1);
}

/* Whether nothing tells through what the block was freed: no slot is known, or a parameter that any slot may
 * have been handed to. A local variable that has it from no slot has a reference of its own. */
static bool is_by_unknown(struct ms_watch *w, const struct ms_notice *n) {
  return !n->slot || (n->slot->where == MS_IN_VARIABLE && ms_trace_site(w->trace, n->slot->site)->slot != MS_SLOT_LOCAL);
}

/* Whose slot the pointer was freed through; the kind of slot in memory, 0 none. */
static uint32_t observe_free(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  struct ms_items items = {.count = 0};
  ms_items_add(&items, MS_SUBJECT_FREED, 1);
  uint64_t unit = ms_watch_unit(w, n, block);
  struct ms_origin from = ms_watch_freed_from(w, n, block);
  if (from.local)
    ms_watch_add(w, from.local, MS_ORULE_freed_through, &items, unit, block, n->event);
  uint32_t kind = from.kind;
  if (kind) {
    ms_watch_add(w, kind, MS_ORULE_freed_through, &items, unit, block, n->event);
  } else if (is_by_unknown(w, n) && block->holds.count == 1 && block->holds.at[0].n == 1) {
    ms_items_add(&items, MS_SUBJECT_LABEL, 1); /* nothing else in memory held it */
    ms_watch_add(w, block->holds.at[0].subject, MS_ORULE_freed_through, &items, unit, block, n->event);
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

static void on_end(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  uint64_t event = n->event ? n->event->id : 0;
  ms_watch_counters_end(w, n, block);
  ms_watch_counted(w, block);
  uint32_t through = observe_free(w, n, block);
  count_life(w, block, through);
  ms_watch_given_ends(w, n, block);
  ms_owned_change(block, event, MS_SUBJECT_FREED, 1);
  block->end_event = event ? event : 1;
  ms_watch_suspect_second(w, n, block, through);
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
  ms_watch_add(w, result, MS_ORULE_bound_result, &items, ms_watch_unit(w, n, block), block, n->event);
}

/* What SLOT was copied from with the whole structure around it may be on the stack, and done with: one of
 * those that hold BLOCK there. */
static void note_whole_copy(struct ms_watch *w, const struct ms_slot *slot, struct ms_owned *block) {
  enum { LOOKED_AT = 16 };
  unsigned looked = 0;
  for (uint32_t i = slot->next; i != MS_SLOT_NONE_INDEX && looked < LOOKED_AT; looked++) {
    const struct ms_slot *other = ms_slots_slot(w->slots, i);
    uint32_t ignored;
    if (ms_address_map_find(&w->on_stack, other->event, &ignored))
      block->copied_from[block->copied_count++ % COPIES_KEPT] = other->event;
    i = other->next;
  }
}

static void hold(struct ms_watch *w, const struct ms_notice *n, struct ms_owned *block, uint32_t kind) {
  ms_address_map_put(&w->slot_kinds, n->slot->event, kind);
  if (n->slot->where == MS_IN_STACK)
    ms_address_map_put(&w->on_stack, n->slot->event, kind);
  ms_items_add(&block->holds, kind, 1);
  block->was_shared |= block->holds.is_unclear || block->holds.count > 1 || block->holds.at[0].n > 1;
  ms_owned_change(block, n->event->id, kind, 1);
  bool is_new = block->held_by_count < sizeof block->held_by / sizeof block->held_by[0];
  for (uint32_t i = 0; i < block->held_by_count; i++)
    is_new &= block->held_by[i] != kind;
  if (is_new)
    block->held_by[block->held_by_count++] = kind;
  if (ms_items_of(&block->holds, kind) > 1)
    observe_standing(w, block, n, true);
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
    ms_address_map_remove(&w->on_stack, n->before->event);
    ms_items_add(&block->holds, before, -1);
    ms_owned_change(block, n->event->id, before, -1);
  } else if (is_same && !is_inside_itself) {
    block->locals -= block->locals > 0;
  }
  if (is_inside_itself)
    return; /* no block owns itself */
  bool is_copy = site->kind == MS_SITE_COPY && n->slot->where != MS_IN_VARIABLE;
  if (is_copy)
    note_whole_copy(w, n->slot, block);
  if (kind && !(is_copy && n->slot->where == MS_IN_STACK)) {
    hold(w, n, block, kind);
    return;
  }
  if (kind) /* a working copy of a structure, on the stack: as a variable is */
    ms_owned_set_origin(block, n->slot->event, (struct ms_origin){.kind = kind});
  block->locals++;
  if (!is_parameter)
    return;
  struct ms_origin from = ms_watch_argument_from(w, n, block);
  if (from.kind || from.local)
    ms_owned_set_origin(block, n->slot->event, from);
  ms_watch_argument(w, n, ms_watch_parameter_index(w, site));
}

/* Whether the function on top has given a reference to BLOCK back, or put the pointer into another slot in memory after
 * the one that lets go of it now had got it. */
static bool is_given_on(struct ms_watch *w, const struct ms_owned *block, const struct ms_notice *n) {
  const struct ms_call_stack *s = ms_watch_stack(w, n->event->thread);
  uint64_t begun = s->depth ? s->calls[s->depth - 1].event : 0;
  struct ms_items changes = ms_owned_since(block, begun);
  for (uint32_t i = 0; i < changes.count; i++)
    if (changes.at[i].n < 0 && w->evidence->subjects[changes.at[i].subject].kind == MS_OWN_COUNTER)
      return true;
  changes = ms_owned_since(block, n->slot->event > begun ? n->slot->event : begun);
  for (uint32_t i = 0; i < changes.count; i++)
    if (changes.at[i].n > 0 && ms_items_of(&block->holds, changes.at[i].subject))
      return true;
  return false;
}

/* A slot of KIND lets go of BLOCK, which lives on in other memory, and nobody took a reference away. */
static void observe_outlived(struct ms_watch *w, const struct ms_notice *n, struct ms_owned *block, uint32_t kind) {
  if (block->end_event || block->locals || !block->holds.count || ms_items_of(&block->holds, kind) || !w->has_calls ||
      !n->event)
    return;
  for (uint32_t i = 0; i < COPIES_KEPT; i++)
    if (block->copied_from[i] == n->slot->event)
      return; /* it may have been handed on */
  if (is_given_on(w, block, n))
    return;
  struct ms_items items = {.count = 0};
  uint64_t unit = ms_watch_unit(w, n, block);
  ms_watch_add(w, kind, MS_ORULE_outlived, &items, unit, block, n->event);
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
  ms_address_map_remove(&w->on_stack, n->slot->event);
  count_release(w, n, kind);
  ms_items_add(&block->holds, kind, -1);
  ms_owned_change(block, n->event ? n->event->id : UINT64_MAX, kind, -1);
  if (n->why == MS_END_OVERWRITTEN && block->holds.count && !ms_items_of(&block->holds, kind)) /* a cursor moved on */
    ms_owned_drop_origins(block, kind);
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
  struct ms_origin origin = {.kind = 0};
  if (n->copy->source_event && !ms_address_map_find(&w->slot_kinds, n->copy->source_event, &origin.kind))
    origin = ms_owned_origin(block, n->copy->source_event);
  if (origin.kind)
    ms_owned_set_origin(block, n->copy->event, origin);
  struct ms_items items = {.count = 0};
  ms_items_add(&items, MS_SUBJECT_LABEL, (int32_t)n->copy->label);
  uint32_t source = ms_watch_source(w, site);
  if (!source && !origin.is_lent)
    source = origin.kind;
  if (source)
    ms_items_add(&items, source, 1);
  ms_watch_add(w, ms_watch_local(w, site), MS_ORULE_received, &items, ms_watch_unit(w, n, block), block, n->event);
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
  case MS_NOTICE_COUNT: ms_watch_count(w, n); break;
  case MS_NOTICE_BIND: on_bind(w, n); break;
  case MS_NOTICE_PASS: ms_watch_pass(w, n); break;
  case MS_NOTICE_CLONE:
  case MS_NOTICE_LOST:
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
  ms_address_map_fini(&w->on_stack);
  ms_owned_fini(&w->blocks);
  free(w->seconds);
  *w = (struct ms_watch){.stacks = NULL};
}
