/* rule_counted.c - the rule counted.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes a clone from: an integer member of the block goes up right before or right after
 * the copy, in the same thread, with nothing else done to the block in between: a reference
 * count. Wrong when the integer counts something else (uses, length), and silent when
 * the count is kept outside the block.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_counted(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!facts->is_counted_before && facts->next != MS_NEXT_COUNTED)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_CLONE, MS_SOURCE_CAPTURED};
  return true;
}
