/* slot_threads.c - threads, the activations on their stacks, and what functions return.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Stacks grow downwards: an event whose frame lies above activations means that these were
 * left without a word (longjmp, an exception). Frames of functions that were inlined are
 * equal to their caller's, so equal ones stay.
 */
#include <stdlib.h>

#include "analysis/model/slots_parts.h"
#include "support/grow.h"

uint32_t ms_slots_thread(struct ms_slots *s, uint32_t number) {
  uint64_t hash = ms_hash_u64(number);
  struct ms_index_cursor c = ms_index_start(&s->thread_index, hash);
  for (uint32_t i; ms_index_next(&s->thread_index, &c, &i);)
    if (s->threads[i].number == number)
      return i;
  ms_index_add(&s->thread_index, hash, s->thread_count);
  MS_GROW(s->threads, s->thread_count, s->thread_capacity);
  s->threads[s->thread_count] =
      (struct ms_slot_thread){.number = number, .stack_low = UINT64_MAX, .stack_high = 0, .function = ""};
  return s->thread_count++;
}

const struct ms_activation *ms_slots_top(const struct ms_slots *s) {
  const struct ms_slot_thread *t = &s->threads[s->now.thread];
  return t->depth ? &t->activations[t->depth - 1] : NULL;
}

/* Takes the activation on top away; its variables end. */
static void pop(struct ms_slots *s, uint32_t thread, uint32_t returned) {
  struct ms_slot_thread *t = &s->threads[thread];
  uint64_t number = t->activations[t->depth - 1].number;
  ms_slots_end_variables(s, number, returned);
  s->threads[thread].depth--;
}

/* Takes activations below FRAME away. */
static void unwind(struct ms_slots *s, uint64_t frame) {
  struct ms_slot_thread *t = &s->threads[s->now.thread];
  while (t->depth && t->activations[t->depth - 1].frame < frame) {
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_LEAVE, .activation = &t->activations[t->depth - 1]});
    pop(s, s->now.thread, MS_NONE);
  }
}

const struct ms_activation *ms_slots_activation(struct ms_slots *s, uint64_t frame) {
  ms_slots_saw_stack(s, s->now.thread, frame, frame);
  unwind(s, frame);
  const struct ms_activation *top = ms_slots_top(s);
  return top && top->frame == frame ? top : NULL;
}

void ms_slots_enter(struct ms_slots *s) {
  const struct ms_event *e = s->now.event;
  (void)ms_slots_activation(s, e->addr);
  struct ms_slot_thread *t = &s->threads[s->now.thread];
  MS_GROW(t->activations, t->depth, t->capacity);
  t->activations[t->depth++] = (struct ms_activation){.number = ++s->next_activation, .frame = e->addr, .event = e->id,
                                                      .time = e->time, .site = s->now.site, .thread = e->thread};
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_ENTER, .activation = &t->activations[t->depth - 1]});
}

/* Remembers what the function on top returns: BLOCK, read from SLOT (MS_NONE: not known). */
static void returns(struct ms_slots *s, uint32_t block, uint32_t slot) {
  struct ms_returned *r = &s->threads[s->now.thread].returned;
  const struct ms_trace_site *site = s->now.info;
  if (block == MS_NONE) {
    r->block = 0;
    return;
  }
  if (site->src_slot == MS_SLOT_CALL && r->block == s->blocks[block].id)
    return; /* what the inner function said of it */
  const struct ms_slot *from = slot == MS_NONE ? NULL : &s->slots[slot];
  *r = (struct ms_returned){
      .block = s->blocks[block].id,
      .source_event = from ? from->event : 0,
      .source_site = from ? from->site : s->now.site,
      .ended = site->src_slot == MS_SLOT_LOCAL || site->src_slot == MS_SLOT_PARAM ||
               (from && from->where == MS_IN_VARIABLE)};
}

/* How many activations to take away: up to the one whose function returns, 0 if that is not known. */
static uint32_t activations_to_leave(const struct ms_slots *s) {
  const struct ms_slot_thread *t = &s->threads[s->now.thread];
  for (uint32_t n = 1; n <= t->depth; n++) {
    const struct ms_activation *a = &t->activations[t->depth - n];
    if (a->frame != s->now.event->addr)
      return 0;
    if (ms_trace_site(s->trace, a->site)->func == s->now.info->func)
      return n;
  }
  return 0;
}

void ms_slots_landed(struct ms_slots *s) {
  for (uint32_t n = activations_to_leave(s); n > 1; n--) { /* inlined ones */
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_LEAVE, .activation = ms_slots_top(s)});
    pop(s, s->now.thread, MS_NONE);
  }
}

void ms_slots_leave(struct ms_slots *s) {
  const struct ms_event *e = s->now.event;
  (void)ms_slots_activation(s, e->addr);
  uint32_t block = ms_slots_resolve(s, e->value), slot = MS_NONE;
  ms_slots_landed(s);
  bool is_known = activations_to_leave(s) == 1;
  if (block != MS_NONE && !s->skips_origins && (is_known || s->now.info->src_slot != MS_SLOT_LOCAL))
    slot = ms_slots_source(s, block, s->now.info, s->now.info->src, s->now.info->src_slot, MS_NONE);
  returns(s, block, slot);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_LEAVE,
                                      .activation = is_known ? ms_slots_top(s) : NULL,
                                      .block = block == MS_NONE ? NULL : &s->blocks[block],
                                      .slot = slot == MS_NONE ? NULL : &s->slots[slot]});
  if (is_known)
    pop(s, s->now.thread, block);
}

void ms_slots_thread_end(struct ms_slots *s, uint32_t thread) {
  while (s->threads[thread].depth)
    pop(s, thread, MS_NONE);
  struct ms_slot_thread *t = &s->threads[thread];
  t->returned.block = 0;
  if (t->stack_low > t->stack_high)
    return;
  uint32_t owner;
  if (ms_address_map_find(&s->stacks, t->stack_low, &owner) && owner == thread)
    ms_address_map_remove(&s->stacks, t->stack_low);
  uint64_t key = t->stack_low, behind = ms_slots_end_of(t->stack_high, 1);
  for (uint32_t slot; ms_address_map_ceil(&s->memory, &key, &slot) && key < behind; key++)
    if (s->slots[slot].where == MS_IN_STACK && s->slots[slot].owner == t->number)
      ms_slots_end_slot(s, slot, MS_END_THREAD);
  t->stack_low = UINT64_MAX;
  t->stack_high = 0;
}
