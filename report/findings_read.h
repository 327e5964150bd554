/* findings_read.h - findings from a JSON document that was written before.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_REPORT_FINDINGS_READ_H
#define MEMSCOPE_REPORT_FINDINGS_READ_H

#include "report/findings.h"
#include "support/error.h"

/* Reads the document at PATH, which has findings ("findings", "report" ...), into a report
 * with a run, kinds and findings; tables and totals are empty. The file may be anybody's:
 * what has the wrong type is unknown, and its size is limited. Release with ms_report_free. */
MS_NODISCARD enum ms_status ms_findings_read(const char *path, struct ms_report **ret_report, struct ms_error *err);

#endif
