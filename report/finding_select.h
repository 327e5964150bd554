/* finding_select.h - which findings are asked for, and what they amount to.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_REPORT_FINDING_SELECT_H
#define MEMSCOPE_REPORT_FINDING_SELECT_H

#include "report/findings.h"
#include "support/error.h"

struct ms_finding_select {
  const char *kinds;                /* list for ms_kind_matches; NULL: all */
  double min_confidence;            /* 0: all */
  const struct ms_report *baseline; /* findings that it has are left out; NULL: none */
};

/* Leaves in REPORT only what SELECT asks for. What the baseline has is counted in
 * REPORT->findings_known. */
void ms_findings_select(struct ms_report *report, const struct ms_finding_select *select);

/* "high", "medium", "low" or a number from 0 to 1; false if TEXT is none. */
bool ms_confidence_parse(const char *text, double *ret);

/* Whether a finding that is not suppressed is of a kind in the list KINDS; NULL: is an error
 * or a warning. */
bool ms_findings_fail(const struct ms_report *report, const char *kinds);

/* Fails if a name in the list KINDS, which OPTION was given, covers no kind of REPORT. */
MS_NODISCARD enum ms_status ms_kinds_check(const struct ms_report *report, const char *option, const char *kinds,
                                           struct ms_error *err);

#endif
