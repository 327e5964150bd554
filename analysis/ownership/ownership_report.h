/* ownership_report.h - conclusions, put into a report.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_OWNERSHIP_REPORT_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_OWNERSHIP_REPORT_H

#include "analysis/ownership/ownership.h"
#include "report/ownership.h"

/* Which conclusions. */
struct ms_ownership_select {
  enum ms_confidence min; /* LOW: also those that abstain */
  const char *filter;     /* glob, or NULL */
};

/* What OWNERSHIP concluded from the traces at PATHS. Lives as long as both; release with
 * ms_ownership_report_fini. */
struct ms_report_ownership ms_ownership_report(const struct ms_ownership *ownership, const char *const *paths, size_t count,
                                               const struct ms_ownership_select *select);
void ms_ownership_report_fini(struct ms_report_ownership *report);

#endif
