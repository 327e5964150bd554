/* reckoning.c - counts references in a set of changes (rules.h).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block counts for one reference when it begins. Its end takes the last one away, unless a
 * counter already said so.
 */
#include "analysis/ownership/rules.h"

static void reckon_slot(struct ms_reckoning *r, const struct ms_subject *s, int32_t n) {
  if (ms_stance_owns(s->conclusion.stance)) {
    r->owners += n;
    r->how |= n > 0 ? MS_HOW_STORES : 0;
  } else if (s->conclusion.stance == MS_STANCE_NONE) {
    r->unknown += n < 0 ? -n : n;
  }
}

struct ms_reckoning ms_reckon(const struct ms_evidence *e, const struct ms_items *items, uint32_t except) {
  struct ms_reckoning r = {0};
  int32_t counted = 0;
  for (uint32_t i = 0; i < items->count; i++) {
    const struct ms_item *item = &items->at[i];
    const struct ms_subject *s = &e->subjects[item->subject];
    if (item->subject == except) {
      r.of_except += item->n;
    } else if (s->kind == MS_OWN_COUNTER) {
      if (s->conclusion.stance == MS_STANCE_NONE)
        r.unknown += item->n < 0 ? -item->n : item->n;
      if (s->conclusion.stance != MS_STANCE_COUNTS)
        continue;
      counted += item->n;
      r.is_counted = true;
      r.how |= item->n > 0 ? MS_HOW_COUNTS : MS_HOW_FREES;
    } else if (s->kind == MS_OWN_FIELD || s->kind == MS_OWN_GLOBAL) {
      reckon_slot(&r, s, item->n);
    } else if (item->subject == MS_SUBJECT_UNNAMED) {
      r.unknown += item->n < 0 ? -item->n : item->n;
    } else if (item->subject == MS_SUBJECT_RETURNED) {
      r.how |= MS_HOW_RETURNS;
    }
  }
  int32_t births = ms_items_of(items, MS_SUBJECT_BIRTH), ends = ms_items_of(items, MS_SUBJECT_FREED);
  if (ends)
    r.how |= MS_HOW_FREES;
  r.references = births + counted - (counted < 0 ? 0 : ends);
  return r;
}
