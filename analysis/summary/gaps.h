/* gaps.h - what the figures of a run do not cover.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_GAPS_H
#define MEMSCOPE_ANALYSIS_SUMMARY_GAPS_H

#include "analysis/run/run.h"
#include "report/report.h"

/* Fills REPORT->gaps. */
void ms_find_gaps(struct ms_report *report, struct ms_run *run);

#endif
