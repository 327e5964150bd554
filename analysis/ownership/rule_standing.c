/* rule_standing.c - the rule standing-references.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * At a moment when the last local variable lets go of a block, its references (one, or what its counter
 * says) are those of slots in memory. As many references as slots: all own. More slots: those
 * whose kind is known account for some, and if they account for all, the rest borrow; a
 * kind with more slots than there are references cannot own (that, at any moment). A
 * slot that another slot in memory got the pointer from does not borrow for that: it may have handed its
 * reference on, and be left as it is. Wrong when code that was not compiled by MemScope keeps a reference, or when a reference has leaked. A pointer into the
 * middle of a block is not taken for an owner by this alone.
 */
#include "analysis/ownership/rules.h"

enum ms_stance ms_judge_standing(const struct ms_evidence *evidence, const struct ms_observation *o) {
  struct ms_reckoning r = ms_reckon(evidence, &o->items, o->subject);
  int32_t left = r.references - r.owners; /* for the subject and the unknown ones */
  if (r.of_except <= 0 || left < 0)
    return MS_STANCE_NONE;
  bool may_borrow = !ms_items_of(&o->items, MS_SUBJECT_GAVE); /* else it is left as it was, perhaps */
  if (ms_items_of(&o->items, MS_SUBJECT_LABEL)) /* in transit */
    return may_borrow && r.of_except > left ? MS_STANCE_BORROWS : MS_STANCE_NONE;
  if (left == 0)
    return may_borrow ? MS_STANCE_BORROWS : MS_STANCE_NONE;
  if (left == r.of_except + r.unknown && !evidence->subjects[o->subject].is_inside)
    return r.is_counted ? MS_STANCE_SHARES : MS_STANCE_OWNS;
  return may_borrow && r.of_except > left ? MS_STANCE_BORROWS : MS_STANCE_NONE;
}
