/* rule_received.c - the rule received.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A local variable owns what it got as owned: a fresh block, the result of a function that returns
 * owned, what was moved out of a slot that owns. It borrows what was borrowed, and
 * shares what was copied while a counter went up, if that counts references. Wrong when what
 * is concluded of the source is.
 */
#include "analysis/ownership/rules.h"

static const struct ms_subject *source_of(const struct ms_evidence *e, const struct ms_items *items) {
  for (uint32_t i = 0; i < items->count; i++)
    if (items->at[i].subject >= MS_SUBJECT_FIRST_REAL)
      return &e->subjects[items->at[i].subject];
  return NULL;
}

enum ms_stance ms_judge_received(const struct ms_evidence *evidence, const struct ms_observation *o) {
  const struct ms_subject *source = source_of(evidence, &o->items);
  int32_t label = ms_items_of(&o->items, MS_SUBJECT_LABEL);
  if (source && source->kind == MS_OWN_RESULT && source->conclusion.stance != MS_STANCE_NONE)
    return source->conclusion.stance == MS_STANCE_RETURNS_ARGUMENT ? MS_STANCE_NONE : source->conclusion.stance;
  switch (label) {
  case MS_LABEL_BIRTH: return source && source->is_instrumented ? MS_STANCE_NONE : MS_STANCE_OWNS;
  case MS_LABEL_MOVE: return source ? source->conclusion.stance : MS_STANCE_NONE;
  case MS_LABEL_CLONE:
    if (evidence->subjects[o->subject].is_countable)
      return MS_STANCE_SHARES;
    return source && source->kind != MS_OWN_RESULT ? MS_STANCE_BORROWS : MS_STANCE_NONE; /* something else went up */
  case MS_LABEL_BORROW: return source && source->kind != MS_OWN_RESULT ? MS_STANCE_BORROWS : MS_STANCE_NONE;
  default: return MS_STANCE_NONE;
  }
}
