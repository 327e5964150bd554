/* rule_freed_through.c - the rule freed-through.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that a slot owns from: a block was freed with the pointer read from it, or through
 * a local variable that got it from there, or while no other slot in memory held the block.
 * Wrong when a destructor finds the block by another way than its owner.
 */
#include "analysis/ownership/rules.h"

enum ms_stance ms_judge_freed_through(const struct ms_evidence *evidence, const struct ms_observation *o) {
  (void)evidence;
  return ms_items_of(&o->items, MS_SUBJECT_FREED) ? MS_STANCE_OWNS : MS_STANCE_NONE;
}
