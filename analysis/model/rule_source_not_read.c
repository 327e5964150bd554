/* rule_source_not_read.c - the rule source-not-read-again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes a move from: the compiler found that the source variable is not read after the
 * copy. Wrong when the variable is read through its address in a way that the compiler did
 * not see as an escape (undefined behaviour).
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_source_not_read(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!(facts->site->flags & MS_SITE_F_SRC_DEAD))
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_MOVE, MS_SOURCE_STATIC};
  return true;
}
