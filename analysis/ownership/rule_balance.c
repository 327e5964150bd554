/* rule_balance.c - the rule reference-balance.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From when a function begins until it returns: the change in a block's references minus the
 * change in the slots in memory that own it is what its callers gained. An argument with -1 was
 * taken, with 0 borrowed, and so it was if its caller has more than before (a reference of its
 * own, or what a slot in memory gave up). A result with +1 is owned, with 0 borrowed. A block that is
 * argument and result at once has one balance for both: +1 a borrowed argument and an owned result,
 * -1 the other way round, 0 what went in came out.
 *
 * Two kinds of observation are no votes for "borrows". A call that did nothing at all, of a function that
 * may store or free its argument, left early. And an argument that was freed as what a slot in memory
 * owned is no more use to the caller, whoever owned it: the function takes it if it was asked about
 * nothing else, and if it was also given the container, that is not decided.
 * Wrong when slots that own were taken for borrowers or a callee keeps the pointer where it was not
 * seen; a function that does now this, now that, has observations that contradict.
 */
#include "analysis/ownership/rules.h"

/* An argument of a function that left its balance as it was. */
static enum ms_stance of_even_argument(const struct ms_evidence *e, const struct ms_observation *o, const struct ms_reckoning *r) {
  const struct ms_subject *s = &e->subjects[o->subject];
  if (r->how & MS_HOW_RETURNS || ms_items_of(&o->items, MS_SUBJECT_HANDED_OUT)) /* with what its caller owned, or not */
    return MS_STANCE_NONE;
  if (ms_items_of(&o->items, MS_SUBJECT_FREED))
    return e->subjects[s->function_subject].pointers == 1 ? MS_STANCE_OWNS : MS_STANCE_NONE;
  return s->may_take && ms_items_of(&o->items, MS_SUBJECT_IDLE) ? MS_STANCE_NONE : MS_STANCE_BORROWS;
}

static enum ms_stance of_argument(const struct ms_evidence *e, const struct ms_observation *o, const struct ms_reckoning *r,
                                  int32_t gained) {
  if (gained == 0)
    return of_even_argument(e, o, r);
  if (gained > 0)
    return MS_STANCE_BORROWS;
  return gained == -1 ? MS_STANCE_OWNS : MS_STANCE_NONE;
}

/* A new block that was returned while slots in memory held it, and freed by somebody who found it there: for one of
 * these it was, unless a slot held it as well that owns, or was ever seen to, or the reference had been given up before
 * and only the end came later. */
static enum ms_stance of_found(const struct ms_evidence *e, const struct ms_items *items) {
  if (ms_reckon(e, items, MS_SUBJECT_NO).references < 1)
    return MS_STANCE_NONE;
  for (uint32_t i = 0; i < items->count; i++) {
    const struct ms_conclusion *c = &e->subjects[items->at[i].subject].conclusion;
    bool may_own = c->stance == MS_STANCE_NONE && c->weight_for + c->weight_against > 0;
    if (ms_stance_owns(c->stance) || may_own || items->at[i].subject == MS_SUBJECT_UNNAMED)
      return MS_STANCE_NONE;
  }
  return MS_STANCE_BORROWS;
}

static enum ms_stance of_result(const struct ms_items *items, int32_t gained) {
  if (gained == 0)
    return ms_items_of(items, MS_SUBJECT_ARGUMENT) ? MS_STANCE_RETURNS_ARGUMENT : MS_STANCE_BORROWS;
  if (gained == -1)
    return ms_items_of(items, MS_SUBJECT_ARGUMENT) ? MS_STANCE_BORROWS : MS_STANCE_NONE;
  return gained == 1 ? MS_STANCE_OWNS : MS_STANCE_NONE;
}

enum ms_stance ms_judge_balance(const struct ms_evidence *evidence, const struct ms_observation *o) {
  if (ms_items_of(&o->items, MS_SUBJECT_FOUND))
    return of_found(evidence, &o->items);
  struct ms_reckoning r = ms_reckon(evidence, &o->items, MS_SUBJECT_NO);
  if (r.unknown)
    return MS_STANCE_NONE;
  int32_t gained = r.references - r.owners;
  return evidence->subjects[o->subject].kind == MS_OWN_PARAMETER ? of_argument(evidence, o, &r, gained)
                                                                 : of_result(&o->items, gained);
}
