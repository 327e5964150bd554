/* watch_counters.c - members that are counted up and down in blocks, and how these end.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Says for each counter whether its blocks end when it does, and for each kind of slot whether what it
 * holds has a counter. Which counters count references is concluded later.
 */
#include <string.h>

#include "analysis/ownership/watch.h"

void ms_watch_counters_end(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  for (uint32_t i = 0; i < block->counter_count; i++) {
    const struct ms_counter_state *c = &block->counters[i];
    struct ms_items items = {.count = 0};
    if (c->is_born && !c->was_above && c->value == 1)
      continue; /* a single reference, or anything that was counted once */
    /* References begin at 1, as lengths do not, and the last one need not be counted down. */
    bool began_at_one = c->value - c->sum == 1;
    /* A length may do so too, but hardly ends at 1 as a rule after it was more. */
    bool may_end = c->is_born ? c->value == 1 && c->was_above : c->value == 0 || c->value == 1;
    bool is_zero_here = c->is_zero && n->event &&
                        (!c->zero_activation || ms_watch_runs(w, n->event->thread, c->zero_activation));
    bool by_count = !c->is_length && (is_zero_here || (began_at_one && may_end));
    if (by_count)
      ms_items_add(&items, MS_SUBJECT_FREED, 1);
    ms_watch_add(w, c->subject, MS_ORULE_counter, &items, ms_watch_unit(w, n, block), block, n->event);
  }
}

void ms_watch_counted(struct ms_watch *w, const struct ms_owned *block) {
  for (uint32_t i = 0; i < block->held_by_count; i++) {
    struct ms_subject *s = &w->evidence->subjects[block->held_by[i]];
    ++*(block->counter_count ? &s->counted : &s->plain);
    s->counter = block->counter_count ? block->counters[0].subject : s->counter;
  }
}

/* A counter of references that is known to be right cannot be much above the number of pointers; a few are on their
 * way, or in code that was not compiled by MemScope. */
enum { HOLDERS_UNSEEN = 4 };

static int32_t holders_of(const struct ms_owned *block) {
  int32_t holders = block->locals;
  for (uint32_t i = 0; i < block->holds.count; i++)
    holders += block->holds.at[i].n;
  return block->holds.is_unclear ? INT32_MAX / 2 : holders;
}

/* What the variable that the counter of BLOCK is reached through is declared to point to: a second name of its type. */
static const char *type_of_counted(const struct ms_watch *w, const struct ms_held_block *block, const struct ms_trace_site *site) {
  enum { LOOKED_AT = 16 };
  unsigned looked = 0;
  for (uint32_t i = block->first; i != MS_SLOT_NONE_INDEX && looked < LOOKED_AT; looked++) {
    const struct ms_slot *slot = ms_slots_slot(w->slots, i);
    const struct ms_trace_site *bound = ms_trace_site(w->trace, slot->site);
    size_t length = strlen(bound->path);
    if (slot->where == MS_IN_VARIABLE && slot->offset == 0 && bound->func == site->func && length &&
        strncmp(site->path, bound->path, length) == 0 && strncmp(site->path + length, "->", 2) == 0 &&
        strcmp(bound->type, "void") != 0)
      return bound->type;
    i = slot->next;
  }
  return "";
}

/* Whether the function in which BLOCK was born takes its counter, which nobody has counted yet, from 0 to 1: then that
 * is the block's first reference, as if it had been born with it. */
static bool is_first_reference(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block, uint32_t counter) {
  for (uint32_t i = 0; i < block->counter_count; i++)
    if (block->counters[i].subject == counter)
      return false;
  const struct ms_call_stack *s = ms_watch_stack(w, n->event->thread);
  return n->event->size == 1 && s->depth && s->calls[s->depth - 1].event < block->birth_event;
}

void ms_watch_count(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_get(&w->blocks, n->block->id);
  const struct ms_trace_site *site = ms_trace_site(w->trace, n->site);
  const char *name = *site->field ? site->field : site->path;
  if (!*name)
    return;
  uint32_t subject = ms_evidence_subject(w->evidence, MS_OWN_COUNTER, "", ms_evidence_text(w->evidence, name), 0);
  if (!*w->evidence->subjects[subject].type)
    w->evidence->subjects[subject].type = ms_evidence_text(w->evidence, type_of_counted(w, n->block, site));
  bool is_down = site->flags & MS_SITE_F_DOWN;
  bool is_first = !is_down && is_first_reference(w, n, block, subject);
  struct ms_counter_state *c = ms_owned_counter(block, subject);
  w->evidence->subjects[subject].is_exercised = true;
  if (!is_first)
    ms_owned_change(block, n->event->id, subject, is_down ? -1 : 1);
  if (!c)
    return;
  if (!is_down && n->event->size > (uint64_t)holders_of(block) + HOLDERS_UNSEEN) {
    c->is_length = true;
    struct ms_items items = {.count = 0};
    ms_watch_add(w, subject, MS_ORULE_counter, &items, ms_watch_unit(w, n, block), block, n->event);
  }
  c->is_born |= is_first;
  c->was_above |= n->event->size > 1;
  c->sum += is_first ? 0 : is_down ? -1 : 1;
  c->value = (int64_t)n->event->size;
  c->is_zero = is_down && n->event->size == 0;
  c->zero_activation = c->is_zero ? ms_watch_top(w, n->event->thread) : 0;
}
