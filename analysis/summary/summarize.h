/* summarize.h - from a run to its report: names for the figures.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The only layer that knows both the model and the report. It adds up the model's contexts
 * by variable, site, type and so on, gives every row its name, resolves stacks to
 * functions, and says what the figures do not cover.
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_SUMMARIZE_H
#define MEMSCOPE_ANALYSIS_SUMMARY_SUMMARIZE_H

#include "analysis/run/run.h"
#include "report/report.h"

/* The report of RUN; free with ms_report_free. LIVE_LIMIT is the number of live blocks
 * that are listed one by one, the largest first. */
struct ms_report *ms_summarize(struct ms_run *run, size_t live_limit);

#endif
