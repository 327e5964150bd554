/* rule_counter.c - the rule reference-counter.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that a member counts references from: blocks end inside the function that took it
 * down to 0, or after it went down to 1, where the last reference is not counted down any more. Speaks against it: a block whose counter moved ends otherwise. Wrong when
 * something else is counted down right before blocks are freed (a list that is emptied first).
 */
#include "analysis/ownership/rules.h"

enum ms_stance ms_judge_counter(const struct ms_evidence *evidence, const struct ms_observation *o) {
  (void)evidence;
  return ms_items_of(&o->items, MS_SUBJECT_FREED) ? MS_STANCE_COUNTS : MS_STANCE_COUNTS_OTHER;
}
