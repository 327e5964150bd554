/* confidence.h - how sure counts make us.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_CONFIDENCE_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_CONFIDENCE_H

#include <stdint.h>

#include "analysis/ownership/ownership.h"

/* The lower bound of the 95 % Wilson interval of FOR out of FOR + AGAINST. */
double ms_wilson_lower(double for_, double against);

/* What one unit of evidence weighs that was seen with so many different blocks: from 1 to 2. The
 * same call with blocks of the same birth is hardly independent, however often it runs. */
#define MS_UNIT_WEIGHT_MAX 2.0
double ms_unit_weight(uint64_t blocks);

/* The label of a bound. docs/analyses/ownership.md has the measured precision of each. */
enum ms_confidence ms_confidence_of(double bound);

const char *ms_confidence_name(enum ms_confidence label); /* "high" */

#endif
