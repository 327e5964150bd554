/* blind_spots.h - what was not seen: how much it is, and which findings depend on it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The only place that takes back what the checks said. Each spot (blind_spots.c lists them) names the kinds
 * that rest on it; a finding of such a kind becomes inferred, with a confidence from what was and was not seen,
 * says which spot it is, and is a warning in place of an error where that confidence is not high.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_BLIND_SPOTS_H
#define MEMSCOPE_ANALYSIS_FINDINGS_BLIND_SPOTS_H

#include "analysis/findings/finder.h"

/* Counts what is seen, as the replay goes. */
void ms_blind_spots_take(struct ms_finder *finder, const struct ms_notice *notice);

/* After all checks: completes the coverage, and takes back what depends on what was not seen. */
void ms_blind_spots_apply(struct ms_finder *finder);

#endif
