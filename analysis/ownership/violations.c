/* violations.c - see violations.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * two-owners: two or more slots of kinds that own held a block when it was freed, and one that it was not freed
 * through still did when the function was over: it would free it again; counted references are taken back one by one
 * before. borrow-outlives-owner: a slot
 * of a kind that borrows still held a block that had been freed when the trace ended. owner-overwritten: the only holder of a block, of a kind that
 * owns, was overwritten and the block was never freed. A kind of slot about which the
 * conclusion is of low confidence is not accused.
 */
#include "analysis/ownership/violations.h"

#include "analysis/ownership/rules.h"

enum ms_ownership_rule_id ms_violation_rule(const struct ms_evidence *e, const struct ms_suspect *suspect) {
  const struct ms_conclusion *c = &e->subjects[suspect->subject].conclusion;
  if (c->label == MS_CONFIDENCE_LOW)
    return MS_ORULE_NONE;
  bool owns = ms_stance_owns(c->stance);
  if (suspect->what == MS_SUSPECT_OVERWRITTEN)
    return owns ? MS_ORULE_owner_overwritten : MS_ORULE_NONE;
  if (suspect->what == MS_SUSPECT_HELD_AT_END) {
    struct ms_reckoning r = ms_reckon(e, &suspect->others, MS_SUBJECT_NO);
    return c->stance == MS_STANCE_OWNS && !r.is_counted && r.owners > 1 ? MS_ORULE_two_owners : MS_ORULE_NONE;
  }
  return c->stance == MS_STANCE_BORROWS ? MS_ORULE_borrow_outlives : MS_ORULE_NONE;
}
