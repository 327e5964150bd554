/* rule_outlived.c - the rule outlived-by-block.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that a slot borrows from: it let go of a block (overwritten, or its container was
 * freed) that lived on in other memory, while no variable held it, no other slot in memory had
 * got it from this one or, after it, in the same function, and no reference was given up. Wrong when the pointer was handed over long before.
 */
#include "analysis/ownership/rules.h"

enum ms_stance ms_judge_outlived(const struct ms_evidence *evidence, const struct ms_observation *o) {
  (void)evidence;
  (void)o;
  return MS_STANCE_BORROWS;
}
