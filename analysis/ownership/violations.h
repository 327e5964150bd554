/* violations.h - which suspects are violations, now that it is known who owns.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_VIOLATIONS_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_VIOLATIONS_H

#include "analysis/ownership/suspects.h"

/* Whether SUSPECT is one, by which rule; NONE: it is not. */
enum ms_ownership_rule_id ms_violation_rule(const struct ms_evidence *evidence, const struct ms_suspect *suspect);

#endif
