/* watch_given.c - new blocks that functions returned, and who freed them in the end.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Whoever owns a result frees it, or hands it on. If a function that had not got the block from those to whom it was
 * returned frees it, it has found the block in a slot of memory. So that slot stood for the reference, though slots of its kind
 * only point at blocks elsewhere: an object that ends when one ends that it has to do with. Only blocks are asked about
 * that slots in memory held already when they were returned.
 */
#include "analysis/ownership/watch.h"
#include "support/xalloc.h"

enum { GIVEN_MAX = 8 }; /* to more it is not followed */

static bool is_slot(const struct ms_watch *w, uint32_t subject) {
  enum ms_subject_kind kind = w->evidence->subjects[subject].kind;
  return kind == MS_OWN_FIELD || kind == MS_OWN_GLOBAL;
}

static bool is_held(const struct ms_watch *w, const struct ms_items *items) {
  for (uint32_t i = 0; i < items->count; i++)
    if (items->at[i].n > 0 && is_slot(w, items->at[i].subject))
      return true;
  return false;
}

void ms_watch_given(struct ms_watch *w, const struct ms_call_stack *s, uint32_t result, struct ms_owned *block,
                    const struct ms_items *items, uint64_t unit, uint64_t event) {
  if (!is_held(w, items) || items->is_unclear || ms_items_of(items, MS_SUBJECT_BIRTH) != 1 || block->given_count == GIVEN_MAX)
    return;
  block->given = ms_xrealloc(block->given, block->given_count + 1, sizeof *block->given); /* few, of many blocks */
  block->given[block->given_count++] =
      (struct ms_given){result, unit, event, s->depth < 2 ? 0 : s->calls[s->depth - 2].activation};
}

static bool is_receiver(const struct ms_owned *block, uint64_t activation) {
  for (uint32_t i = 0; i < block->given_count; i++)
    if (!block->given[i].to || block->given[i].to == activation)
      return true;
  return false;
}

/* A function that began after BLOCK had been returned and frees it now, if neither that function nor one in whose course
 * it runs got the block from those to whom it was returned; else NULL. One that they call themselves may have got the
 * address of their variable. */
static const struct ms_call *finder_of(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  const struct ms_call_stack *s = ms_watch_stack(w, n->event->thread);
  uint32_t finder = s->depth;
  while (finder > 0 && ms_watch_is_given(&s->calls[finder - 1], block->id))
    finder--;
  if (finder < 2 || is_receiver(block, s->calls[finder - 1].activation) || is_receiver(block, s->calls[finder - 2].activation))
    return NULL;
  for (uint32_t i = 0; i < block->given_count; i++)
    if (block->given[i].event > s->calls[finder - 1].event)
      return NULL;
  for (uint32_t i = 1; i < finder; i++)
    if (ms_watch_is_given(&s->calls[i], block->id) && is_receiver(block, s->calls[i - 1].activation))
      return NULL;
  return &s->calls[finder - 1];
}

/* The references to BLOCK and the slots in memory that held it when EVENT had just happened. */
static struct ms_items standing_at(const struct ms_owned *block, uint64_t event) {
  struct ms_items items = ms_owned_standing(block), since = ms_owned_since(block, event);
  for (uint32_t i = 0; i < since.count; i++)
    ms_items_add(&items, since.at[i].subject, -since.at[i].n);
  items.is_unclear |= since.is_unclear;
  return items;
}

void ms_watch_given_ends(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block) {
  bool is_known = block->given_count > 0 && block->given_count < GIVEN_MAX && n->event;
  const struct ms_call *finder = is_known ? finder_of(w, n, block) : NULL;
  if (!finder)
    return;
  struct ms_items items = standing_at(block, finder->event);
  if (!is_held(w, &items))
    return;
  ms_items_add(&items, MS_SUBJECT_FOUND, 1);
  for (uint32_t i = 0; i < block->given_count; i++)
    ms_evidence_add(w->evidence, block->given[i].result, MS_ORULE_balance, &items, block->given[i].unit, block->id,
                    block->given[i].event, w->number);
}
