/* watch_suspects.c - what may be a violation, once it is known who owns.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A destructor frees a block and clears the other slots that held it, in this order or in that: what
 * they hold is asked only when the function has returned that found the block, that is, was not given
 * it as an argument.
 */
#include "analysis/ownership/watch.h"
#include "support/grow.h"

/* Of one function's run; what it does more often is the same again. */
enum { SECONDS_PER_CALL = 1024 };

static struct ms_suspect suspect_of(struct ms_watch *w, enum ms_suspicion what, uint32_t subject, const struct ms_held_block *held,
                                    ms_site_id at, uint64_t event) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, at);
  const struct ms_trace_site *birth = ms_trace_site(w->trace, ms_trace_context(w->trace, held->context)->name_site);
  return (struct ms_suspect){.what = what, .subject = subject, .block = ms_evidence_text(w->evidence, birth->path),
                             .function = ms_evidence_text(w->evidence, site->func),
                             .file = ms_evidence_text(w->evidence, site->file), .line = site->line, .trace = w->number,
                             .event = event};
}

void ms_watch_suspect_second(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block, uint32_t through) {
  int32_t slots = 0;
  for (uint32_t i = 0; i < block->holds.count; i++)
    slots += block->holds.at[i].n;
  if (slots < 2 || block->counter_count || ms_watch_is_handed_on(w, block)) /* counted references are taken back one by one before */
    return;
  uint32_t ignored;
  struct ms_second_owner second = {.suspect = suspect_of(w, MS_SUSPECT_HELD_AT_END, 0, n->block, n->site, block->end_event),
                                   .block = block->id, .through = through};
  second.suspect.others = block->holds;
  if (n->slot && ms_address_map_find(&w->slot_kinds, n->slot->event, &ignored))
    second.slot = n->slot->event;
  struct ms_pending *pending = n->event ? ms_watch_finder(w, n->event->thread, block->id) : &w->pending;
  if (pending->count == SECONDS_PER_CALL)
    return;
  uint32_t i = w->free_second;
  if (i) {
    w->free_second = w->seconds[i - 1].next;
  } else {
    MS_GROW(w->seconds, w->second_count, w->second_capacity);
    i = ++w->second_count;
  }
  second.next = pending->first;
  w->seconds[i - 1] = second;
  pending->first = i;
  pending->count++;
}

/* How many slots of KIND still hold BLOCK, but for the one that it was freed through. */
static int32_t others_left(const struct ms_watch *w, const struct ms_second_owner *second, const struct ms_owned *block, uint32_t kind) {
  int32_t left = ms_items_of(&block->holds, kind);
  if (kind != second->through)
    return left;
  uint32_t ignored;
  bool is_there = second->slot ? ms_address_map_find(&w->slot_kinds, second->slot, &ignored)
                               : left == ms_items_of(&second->suspect.others, kind);
  return left - is_there;
}

static void settle(struct ms_watch *w, struct ms_second_owner *second) {
  const struct ms_owned *block = ms_owned_find(&w->blocks, second->block);
  for (uint32_t i = 0; block && i < block->holds.count; i++) {
    second->suspect.subject = block->holds.at[i].subject;
    if (others_left(w, second, block, second->suspect.subject) > 0)
      ms_suspects_add(w->suspects, &second->suspect);
  }
}

void ms_watch_suspects_settle(struct ms_watch *w, struct ms_pending *pending) {
  while (pending->first) {
    uint32_t i = pending->first;
    struct ms_second_owner *second = &w->seconds[i - 1];
    settle(w, second);
    pending->first = second->next;
    second->next = w->free_second;
    w->free_second = i;
  }
  pending->count = 0;
}

/* The slot dangled until the trace ended. */
static void suspect_dangling(struct ms_watch *w, const struct ms_owned *block, uint32_t kind, const struct ms_held_block *held) {
  ms_site_id site = ms_trace_context(w->trace, held->end_context)->call_site;
  struct ms_suspect s = suspect_of(w, MS_SUSPECT_DANGLED, kind, held, site, block->end_event);
  ms_suspects_add(w->suspects, &s);
}

/* What functions that still run, and slots that still dangle, would have come to is not known if the recording stopped. */
void ms_watch_finish(struct ms_watch *w) {
  bool is_cut = ms_trace_has_stopped(w->trace);
  for (uint32_t i = 0; !is_cut && i < w->stack_count; i++)
    for (uint32_t k = w->stacks[i].depth; k > 0; k--)
      ms_watch_suspects_settle(w, &w->stacks[i].calls[k - 1].pending);
  if (!is_cut)
    ms_watch_suspects_settle(w, &w->pending);
  for (uint32_t i = 0; i < ms_slots_block_count(w->slots); i++) {
    const struct ms_held_block *held = ms_slots_block(w->slots, i);
    const struct ms_owned *block = ms_owned_find(&w->blocks, held->id);
    if (!block || !held->id)
      continue;
    if (!block->end_event)
      ms_watch_counted(w, block);
    for (uint32_t k = 0; block->end_event && !is_cut && k < block->holds.count; k++)
      suspect_dangling(w, block, block->holds.at[k].subject, held);
    if (!held->lost || held->end_event || held->lost->why != MS_END_OVERWRITTEN)
      continue;
    uint32_t subject = ms_watch_subject(w, &held->lost->slot);
    struct ms_suspect s = suspect_of(w, MS_SUSPECT_OVERWRITTEN, subject, held, held->lost->site, held->lost->event);
    if (subject)
      ms_suspects_add(w->suspects, &s);
  }
}
