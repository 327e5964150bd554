/* watch_calls.c - functions that begin and return: what each did to the blocks it was given and gave.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * When a function returns, the journal of each block that it got as an argument, and of the one
 * that it returns, says what changed since it began. A function that was left by a jump
 * says nothing.
 */
#include <stdlib.h>

#include "analysis/ownership/watch.h"
#include "support/grow.h"

struct ms_call_stack *ms_watch_stack(struct ms_watch *w, uint32_t thread) {
  for (uint32_t i = 0; i < w->stack_count; i++)
    if (w->stacks[i].thread == thread)
      return &w->stacks[i];
  MS_GROW(w->stacks, w->stack_count, w->stack_capacity);
  w->stacks[w->stack_count] = (struct ms_call_stack){.thread = thread};
  return &w->stacks[w->stack_count++];
}

uint64_t ms_watch_top(struct ms_watch *w, uint32_t thread) {
  const struct ms_call_stack *s = ms_watch_stack(w, thread);
  return s->depth ? s->calls[s->depth - 1].activation : 0;
}

uint64_t ms_watch_below(struct ms_watch *w, uint32_t thread, uint64_t activation, uint64_t *ret_event) {
  const struct ms_call_stack *s = ms_watch_stack(w, thread);
  if (s->depth < 2 || s->calls[s->depth - 1].activation != activation)
    return 0;
  *ret_event = s->calls[s->depth - 1].event;
  return s->calls[s->depth - 2].activation;
}

bool ms_watch_runs(struct ms_watch *w, uint32_t thread, uint64_t activation) {
  const struct ms_call_stack *s = ms_watch_stack(w, thread);
  for (uint32_t i = s->depth; i > 0; i--)
    if (s->calls[i - 1].activation == activation)
      return true;
  return false;
}

bool ms_watch_is_given(const struct ms_call *call, uint64_t block) {
  for (uint32_t i = 0; i < call->argument_count; i++)
    if (call->arguments[i].block == block)
      return true;
  return false;
}

struct ms_pending *ms_watch_finder(struct ms_watch *w, uint32_t thread, uint64_t block) {
  const struct ms_call_stack *s = ms_watch_stack(w, thread);
  uint32_t i = s->depth;
  while (i > 0 && ms_watch_is_given(&s->calls[i - 1], block))
    i--;
  return i ? &s->calls[i - 1].pending : &w->pending;
}

uint64_t ms_watch_caller(struct ms_watch *w, uint32_t thread) {
  const struct ms_call_stack *s = ms_watch_stack(w, thread);
  if (!s->depth)
    return 0;
  const struct ms_call *call = &s->calls[s->depth - 1];
  uint64_t parts[2] = {call->place, (uintptr_t)call->caller};
  return ms_hash_bytes(parts, sizeof parts);
}

/* Where the function that begins now was called from: the two innermost frames. */
static uint64_t call_place(const struct ms_watch *w, ms_context_id id) {
  const struct ms_trace_context *c = ms_trace_context(w->trace, id);
  uint64_t parts[4] = {0};
  for (uint32_t i = 0; i < 2 && i < c->frame_count; i++) {
    parts[2 * i] = c->frames[i].module;
    parts[2 * i + 1] = c->frames[i].offset;
  }
  return ms_hash_bytes(parts, sizeof parts);
}

void ms_watch_enter(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_call_stack *s = ms_watch_stack(w, n->activation->thread);
  const char *caller = s->depth ? s->calls[s->depth - 1].function : "";
  MS_GROW(s->calls, s->depth, s->capacity);
  const struct ms_trace_site *site = ms_trace_site(w->trace, n->activation->site);
  s->calls[s->depth++] = (struct ms_call){.activation = n->activation->number, .event = n->activation->event,
                                          .frame = n->activation->frame,
                                          .function = ms_evidence_text(w->evidence, site->func), .caller = caller,
                                          .place = call_place(w, n->event ? n->event->context : 0),
                                          .changes = w->changes};
  w->has_calls = true;
}

void ms_watch_argument(struct ms_watch *w, const struct ms_notice *n, uint32_t index) {
  struct ms_call_stack *s = ms_watch_stack(w, n->slot->thread);
  if (!s->depth || s->calls[s->depth - 1].activation != n->slot->activation)
    return;
  struct ms_call *call = &s->calls[s->depth - 1];
  for (uint32_t i = 0; i < call->argument_count; i++)
    if (call->arguments[i].index == index)
      return; /* the parameter is assigned to */
  if (call->argument_count == MS_ARGUMENTS_MAX)
    return;
  call->arguments[call->argument_count++] = (struct ms_watched_argument){
      n->block->id, n->slot->value, index, ms_slots_block_index(w->slots, n->block)};
  ms_owned_get(&w->blocks, n->block->id)->watchers++;
}

static uint64_t unit_of(const struct ms_call *call, const struct ms_owned *block) {
  uint64_t parts[3] = {call->place, (uintptr_t)call->caller, block->unit};
  return ms_hash_bytes(parts, sizeof parts);
}

/* Whether the function has put its argument into a variable of its callers, as g_propagate_error() does, and
 * it is still there. */
static bool is_handed_out(const struct ms_watch *w, const struct ms_call *call, const struct ms_watched_argument *a) {
  enum { LOOKED_AT = 16 };
  const struct ms_held_block *block = ms_slots_block(w->slots, a->held);
  if (block->id != a->block)
    return false;
  uint32_t i = block->first;
  for (unsigned looked = 0; i != MS_SLOT_NONE_INDEX && looked < LOOKED_AT; looked++) {
    const struct ms_slot *slot = ms_slots_slot(w->slots, i);
    uint32_t ignored;
    if (slot->where == MS_IN_STACK && slot->event > call->event && slot->address > call->frame && slot->value == a->value &&
        !ms_address_map_find(&w->slot_kinds, slot->event, &ignored))
      return true;
    i = slot->next;
  }
  return false;
}

static void observe_argument(struct ms_watch *w, const struct ms_call *call, uint32_t i, uint64_t returned, const struct ms_event *e) {
  const struct ms_watched_argument *a = &call->arguments[i];
  const struct ms_owned *block = ms_owned_find(&w->blocks, a->block);
  struct ms_items items = ms_owned_since(block, call->event);
  for (uint32_t j = 0; j < call->argument_count; j++)
    items.is_unclear |= j != i && call->arguments[j].block == a->block; /* whose doing is it? */
  if (returned == a->block && e->value == a->value)
    ms_items_add(&items, MS_SUBJECT_RETURNED, 1);
  if (is_handed_out(w, call, a))
    ms_items_add(&items, MS_SUBJECT_HANDED_OUT, 1);
  if (w->changes == call->changes)
    ms_items_add(&items, MS_SUBJECT_IDLE, 1);
  ms_evidence_add(w->evidence, ms_watch_parameter(w, call->function, a->index), MS_ORULE_balance, &items,
                  unit_of(call, block), block->id, e->id, w->number);
}

static void observe_result(struct ms_watch *w, const struct ms_call_stack *s, uint64_t returned, const struct ms_event *e) {
  const struct ms_call *call = &s->calls[s->depth - 1];
  struct ms_owned *block = ms_owned_find(&w->blocks, returned);
  if (!block)
    return;
  struct ms_items items = ms_owned_since(block, call->event);
  for (uint32_t i = 0; i < call->argument_count; i++)
    if (call->arguments[i].block == returned && call->arguments[i].value == e->value) {
      ms_items_add(&items, MS_SUBJECT_ARGUMENT, (int32_t)call->arguments[i].index + 1);
      break;
    }
  uint32_t result = ms_watch_result(w, call->function);
  ms_evidence_add(w->evidence, result, MS_ORULE_balance, &items, unit_of(call, block), block->id, e->id, w->number);
  ms_watch_given(w, s, result, block, &items, unit_of(call, block), e->id);
}

static void pop(struct ms_watch *w, struct ms_call_stack *s) {
  struct ms_call *call = &s->calls[--s->depth];
  ms_watch_suspects_settle(w, &call->pending);
  for (uint32_t i = 0; i < call->argument_count; i++) {
    struct ms_owned *block = ms_owned_find(&w->blocks, call->arguments[i].block);
    block->watchers--;
    ms_owned_check(&w->blocks, block);
  }
}

void ms_watch_leave(struct ms_watch *w, const struct ms_notice *n) {
  if (!n->activation)
    return;
  struct ms_call_stack *s = ms_watch_stack(w, n->activation->thread);
  if (!ms_watch_runs(w, s->thread, n->activation->number))
    return;
  while (s->calls[s->depth - 1].activation != n->activation->number)
    pop(w, s);
  const struct ms_call *call = &s->calls[s->depth - 1];
  const struct ms_trace_site *site = ms_trace_site(w->trace, n->site);
  const struct ms_trace_site *function = ms_trace_site(w->trace, n->activation->site);
  if (n->event && n->event->kind == MS_EV_LEAVE && site->func == function->func) {
    uint64_t returned = n->block ? n->block->id : 0;
    for (uint32_t i = 0; i < call->argument_count; i++)
      observe_argument(w, call, i, returned, n->event);
    if (returned)
      observe_result(w, s, returned, n->event);
  }
  pop(w, s);
}
