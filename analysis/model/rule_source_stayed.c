/* rule_source_stayed.c - the rule source-stayed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes a borrow from: something else happened to the block next, so the source slot went
 * on holding it. Captured when the source slot is known, inferred when it is not (a local
 * variable at level refs). Wrong when the source was a variable that is not followed
 * and is not used again.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_source_stayed(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (facts->next == MS_NEXT_UNKNOWN)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_BORROW, facts->has_source ? MS_SOURCE_CAPTURED : MS_SOURCE_INFERRED};
  return true;
}
