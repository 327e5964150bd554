/* rule_whole_copy.c - the rule whole-copy.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that block TO is a clone of FROM from: the first pointers that arrive in TO come by
 * memcpy or struct assignment, from the same place in a block of the same size, in the
 * function and thread that allocated TO. Inferred. Wrong when only a part was copied that
 * happens to lie at the same place; silent about blocks without tracked pointers in them.
 */
#include "analysis/model/slots_parts.h"

bool ms_rule_is_whole_copy(const struct ms_trace_site *copy, uint32_t thread, const struct ms_trace_site *birth,
                           const struct ms_held_block *to, const struct ms_held_block *from) {
  return copy->kind == MS_SITE_COPY && to->id != from->id && !to->was_copied_into && to->size == from->size &&
         to->thread == thread && birth->func == copy->func && *copy->func;
}
