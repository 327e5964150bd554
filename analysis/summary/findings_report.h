/* findings_report.h - findings of a trace, with ids made into names.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_FINDINGS_REPORT_H
#define MEMSCOPE_ANALYSIS_SUMMARY_FINDINGS_REPORT_H

#include "analysis/findings/find.h"
#include "report/findings.h"

/* Puts FOUND, which the checks found in RUN, and the kinds they looked for into REPORT. */
void ms_summarize_findings(struct ms_report *report, struct ms_run *run, const struct ms_findings *found);

/* Runs all checks over the trace at PATH and returns everything that is known about it, with
 * the LIVE_LIMIT largest live blocks (ms_summarize). Checks take several times as long as
 * figures; unless ALWAYS they are left out where they hardly can find anything: no pointers
 * were followed, and every free was of a live block. */
MS_NODISCARD enum ms_status ms_report_of_trace(const char *path, size_t live_limit, bool always,
                                               struct ms_report **ret_report, struct ms_error *err);

#endif
