/* rule_source_read.c - the rule source-read-again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes a borrow from: the compiler found that the source variable may be read again.
 * Waits for the next event, which may be a count (rule counted). Wrong when the path on which it is
 * read is never taken and the program means to hand the pointer over.
 */
#include "analysis/model/copy_labels.h"

bool ms_rule_source_read(const struct ms_copy_facts *facts, struct ms_verdict *verdict) {
  if (!(facts->site->flags & MS_SITE_F_SRC_LIVE) || facts->next == MS_NEXT_UNKNOWN)
    return false;
  *verdict = (struct ms_verdict){MS_LABEL_BORROW, MS_SOURCE_STATIC};
  return true;
}
