/* rule_argument.c - the rule argument.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes a borrow for the length of the call from: a function received the pointer as an
 * argument. Whether the function keeps or frees it is not a matter of this copy but of those
 * that follow; wrong as a statement about ownership when the function takes it over.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_argument(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!facts->is_parameter || facts->next == MS_NEXT_UNKNOWN)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_BORROW, MS_SOURCE_INFERRED};
  return true;
}
