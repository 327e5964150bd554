/* rule_same_slot.c - the rule same-slot.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that nothing changes hands from: the slot already held a pointer into the same
 * block (p = p + 1, or the same value again). Wrong when the slot was given away and taken back
 * between the two stores, which no event shows.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_same_slot(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!facts->was_same_block)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_SAME, MS_SOURCE_CAPTURED};
  return true;
}
