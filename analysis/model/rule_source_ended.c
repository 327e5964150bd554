/* rule_source_ended.c - the rule source-ended-next.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes a move from: the very next thing that happens to the block is that the source slot
 * ends to hold it (overwritten, nulled, its container freed), by the same activation of
 * the same function (without activations: by the same thread, which recorded nothing from
 * another function in between). Wrong when the two have nothing to do with each other
 * and uses that are not recorded lie in between.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_source_ended(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!facts->has_source || facts->next != MS_NEXT_SOURCE_ENDED)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_MOVE, MS_SOURCE_CAPTURED};
  return true;
}
