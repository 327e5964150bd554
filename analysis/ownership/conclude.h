/* conclude.h - from observations to conclusions.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_CONCLUDE_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_CONCLUDE_H

#include "analysis/ownership/evidence.h"

/* Fills in the conclusion of every subject. */
void ms_conclude(struct ms_evidence *evidence);

#endif
