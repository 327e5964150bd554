/* rule_parameter_use.c - the rule parameter-use.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Static: a function that neither frees, stores, returns nor passes on its parameter
 * borrows it; the compiler has seen all of it. What a function may do on some path proves
 * nothing and speaks for nothing. Wrong when the compiler's view is (inline assembly).
 */
#include "analysis/ownership/rules.h"

enum ms_stance ms_judge_parameter_use(const struct ms_evidence *evidence, const struct ms_observation *o) {
  (void)evidence;
  return ms_items_of(&o->items, MS_SUBJECT_PROVEN) == MS_PROVEN_UNTOUCHED ? MS_STANCE_BORROWS : MS_STANCE_NONE;
}
