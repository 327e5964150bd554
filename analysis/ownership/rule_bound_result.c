/* rule_bound_result.c - the rule bound-result.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * For functions that MemScope did not compile, and for all below level full: when a result gets
 * its first name, references that no slot in memory owns belong to who called. Wrong
 * when code that was not compiled keeps the pointer as well.
 */
#include "analysis/ownership/rules.h"

enum ms_stance ms_judge_bound_result(const struct ms_evidence *evidence, const struct ms_observation *o) {
  struct ms_reckoning r = ms_reckon(evidence, &o->items, MS_SUBJECT_NO);
  if (r.unknown || r.references < r.owners)
    return MS_STANCE_NONE;
  return r.references > r.owners ? MS_STANCE_OWNS : MS_STANCE_BORROWS;
}
