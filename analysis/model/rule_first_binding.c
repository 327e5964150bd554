/* rule_first_binding.c - the rule first-binding.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that this is where a block gets its first holder, and no copy, from: the value is
 * the result of a call, and no slot held the block before. Wrong when code that is not
 * instrumented kept a pointer of its own.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_first_binding(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!facts->is_first || facts->site->src_slot != MS_SLOT_CALL)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_BIRTH, MS_SOURCE_CAPTURED};
  return true;
}
