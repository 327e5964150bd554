/* slot_copies.c - copies from the store to the moment at which it is clear what they are.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The facts about a copy are collected at the store. What the rules (copy_labels.h) cannot say
 * then is asked again at the next event that concerns the block, so a block has at most one
 * open copy.
 */
#include <stdlib.h>

#include "analysis/model/slots_parts.h"
#include "support/grow.h"

static uint32_t new_open_copy(struct ms_slots *s) {
  if (s->free_copy) {
    uint32_t index = s->free_copy - 1;
    s->free_copy = s->copies[index].next_free;
    return index;
  }
  MS_GROW(s->copies, s->copy_count, s->copy_capacity);
  return s->copy_count++;
}

/* The copy OPEN of BLOCK is decided. */
static void decided(struct ms_slots *s, const struct ms_open_copy *open, uint32_t block) {
  struct ms_slot *slot = &s->slots[open->slot];
  bool is_there = slot->event == open->copy.event && slot->block == block;
  if (is_there) {
    slot->label = (uint8_t)open->copy.label;
    slot->rule = (uint8_t)open->copy.rule;
  }
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_COPY, .block = &s->blocks[block],
                                      .slot = is_there ? slot : NULL, .copy = &open->copy});
}

static void decide_open(struct ms_slots *s, uint32_t block, enum ms_copy_next next) {
  uint32_t index = s->blocks[block].open_copy - 1;
  s->blocks[block].open_copy = 0;
  struct ms_open_copy open = s->copies[index];
  s->copies[index].next_free = s->free_copy;
  s->free_copy = index + 1;
  open.facts.next = next;
  (void)ms_copy_decide(&open.facts, &open.copy); /* the last rule always has an answer now */
  decided(s, &open, block);
}

/* Whether the present event is of the function that made the copy, which has not left. */
static bool is_same_function(const struct ms_slots *s, const struct ms_copy *copy) {
  const struct ms_event *e = s->now.event;
  if (!e || e->thread != copy->thread || s->now.info->kind == MS_SITE_FRAME || e->kind == MS_EV_LEAVE ||
      s->now.info->func != ms_trace_site(s->trace, copy->site)->func || !*s->now.info->func)
    return false;
  const struct ms_activation *top = ms_slots_top(s);
  if (copy->activation)
    return top && top->number == copy->activation;
  return s->threads[s->now.thread].function_since <= copy->event;
}

void ms_slots_touch(struct ms_slots *s, uint32_t block, uint32_t ending, bool is_count) {
  struct ms_held_block *b = &s->blocks[block];
  const struct ms_event *e = s->now.event;
  bool is_return = e && e->kind == MS_EV_LEAVE;
  if (!is_return)
    b->counted_by = 0;
  if (b->open_copy) {
    const struct ms_open_copy *open = &s->copies[b->open_copy - 1];
    enum ms_copy_next next = MS_NEXT_OTHER;
    if (ending != MS_NONE && ending == open->source && s->slots[ending].event == open->copy.source_event &&
        is_same_function(s, &open->copy))
      next = MS_NEXT_SOURCE_ENDED;
    else if (is_count && e && e->thread == open->copy.thread)
      next = MS_NEXT_COUNTED;
    decide_open(s, block, next);
  }
  if (is_count && e)
    s->blocks[block].counted_by = s->now.thread + 1;
}

void ms_slots_settle(struct ms_slots *s, uint32_t block) {
  if (s->blocks[block].open_copy)
    decide_open(s, block, MS_NEXT_OTHER);
}

/* Takes what the thread's last call returned, if it is BLOCK. */
static bool take_returned(struct ms_slots *s, uint64_t block, struct ms_returned *ret) {
  struct ms_returned *returned = &s->threads[s->now.thread].returned;
  *ret = *returned;
  returned->block = 0;
  return ret->block == block;
}

void ms_slots_copied(struct ms_slots *s, uint32_t index, bool is_first, bool was_same) {
  const struct ms_slot *slot = &s->slots[index];
  const struct ms_trace_site *site = s->now.info;
  struct ms_held_block *b = &s->blocks[slot->block];
  const struct ms_activation *top = ms_slots_top(s);
  struct ms_open_copy open = {
      .copy = {.event = slot->event, .time = slot->time, .block = b->id, .context = slot->context, .site = slot->site,
               .thread = slot->thread},
      .facts = {.site = site, .is_first = is_first, .was_same_block = was_same, .next = MS_NEXT_UNKNOWN},
      .slot = index, .source = MS_NONE};
  if (top && ms_trace_site(s->trace, top->site)->func == site->func)
    open.copy.activation = top->number;
  open.facts.is_parameter = slot->where == MS_IN_VARIABLE && site->src_slot == MS_SLOT_NONE &&
                            (site->kind == MS_SITE_PARAM || site->slot == MS_SLOT_PARAM);
  open.facts.is_counted_before = b->counted_by == s->now.thread + 1;
  struct ms_returned returned;
  if (site->src_slot == MS_SLOT_CALL && take_returned(s, b->id, &returned)) {
    open.facts.is_returned = true;
    open.facts.returned_and_ended = returned.ended;
    open.facts.has_source = true;
    open.copy.source_event = returned.source_event;
    open.copy.source_site = returned.source_site;
  } else {
    open.source = ms_slots_source(s, slot->block, site, site->src, site->src_slot, index);
    if (open.source != MS_NONE) {
      open.facts.has_source = true;
      open.copy.source_event = s->slots[open.source].event;
      open.copy.source_site = s->slots[open.source].site;
    }
  }
  b->counted_by = 0;
  if (ms_copy_decide(&open.facts, &open.copy)) {
    decided(s, &open, slot->block);
    return;
  }
  uint32_t place = new_open_copy(s);
  s->copies[place] = open;
  b->open_copy = place + 1;
}
