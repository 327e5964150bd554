/* watch_origins.c - from which slot a variable or an argument got its block.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block that a function frees was freed through the slot from which the caller took the argument. What
 * is handed to code of another file is announced (pass); within a file it is the caller's
 * variable that holds the block. It does not say what a function does with its argument.
 */
#include "analysis/ownership/watch.h"

/* Whether ACTIVATION was about to call a function with BLOCK when, at EVENT, one began. */
static bool is_just_passed(const struct ms_owned *block, uint64_t activation, uint64_t event) {
  enum { ARGUMENTS_BETWEEN = 16 };
  return block->passed_by && block->passed_by == activation && event - block->passed_event <= ARGUMENTS_BETWEEN;
}

/* Where the variable in SLOT got BLOCK from; itself, if it is a local one. */
static struct ms_origin origin_of(struct ms_watch *w, const struct ms_slot *slot, const struct ms_owned *block) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, slot->site);
  struct ms_origin from = ms_owned_origin(block, slot->event);
  if (slot->where == MS_IN_VARIABLE && site->slot == MS_SLOT_LOCAL)
    from.local = ms_watch_local(w, site);
  return from;
}

struct ms_origin ms_watch_argument_from(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  enum { LOOKED_AT = 16 };
  uint64_t entered = 0, caller = ms_watch_below(w, n->slot->thread, n->slot->activation, &entered);
  if (caller && is_just_passed(block, caller, entered))
    return block->passed;
  unsigned looked = 0;
  for (uint32_t i = n->block->first; i != MS_SLOT_NONE_INDEX && caller && looked < LOOKED_AT; looked++) {
    const struct ms_slot *slot = ms_slots_slot(w->slots, i);
    if (slot->where == MS_IN_VARIABLE && slot->activation == caller) {
      struct ms_origin from = origin_of(w, slot, block);
      from.is_lent = true;
      return from;
    }
    i = slot->next;
  }
  return (struct ms_origin){.kind = 0};
}

void ms_watch_pass(struct ms_watch *w, const struct ms_notice *n) {
  struct ms_owned *block = ms_owned_find(&w->blocks, n->block->id);
  if (!block || !n->event)
    return;
  struct ms_origin from = {.kind = 0};
  if (n->slot && !ms_address_map_find(&w->slot_kinds, n->slot->event, &from.kind))
    from = origin_of(w, n->slot, block);
  from.is_lent = true;
  block->passed = from;
  block->passed_event = n->event->id;
  block->passed_by = ms_watch_top(w, n->event->thread);
}

struct ms_origin ms_watch_freed_from(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  struct ms_origin from = {.kind = 0};
  if (!n->slot)
    return n->event && is_just_passed(block, ms_watch_top(w, n->event->thread), n->event->id)
               ? block->passed /* free() by another name */
               : from;
  if (!ms_address_map_find(&w->slot_kinds, n->slot->event, &from.kind))
    from = origin_of(w, n->slot, block); /* a variable, or a working copy */
  return from;
}
