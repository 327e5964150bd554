/* rule_returned.c - the rule returned.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes from: the value is the result of a call, and the function that just returned gave
 * this pointer. If the variable it returned ended with the call, the pointer has moved to
 * the caller; if it came from a slot that still holds it (return list->head), it is borrowed.
 * Wrong when the function also left the pointer in a slot that was not recorded.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_returned(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!facts->is_returned)
    return false;
  if (!facts->returned_and_ended && facts->next == MS_NEXT_UNKNOWN)
    return false; /* a count may follow */
  *verdict = (struct ms_verdict){facts->returned_and_ended ? MS_LABEL_MOVE : MS_LABEL_BORROW, MS_SOURCE_CAPTURED};
  return true;
}
