/* naming.h - what to call the thing that a context belongs to.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_NAMING_H
#define MEMSCOPE_ANALYSIS_SUMMARY_NAMING_H

#include "analysis/run/run.h"
#include "report/report.h"

/* Fills in ROW's names (strings of REPORT) for the grouping BY of the context C, and
 * returns the key that tells the rows of that grouping apart; free() it. */
char *ms_name_row(struct ms_report *report, struct ms_run *run, const struct ms_model_context *c,
                  enum ms_grouping by, struct ms_report_row *row);

/* The path of the module that the file calls FILE_ID, "" unknown. */
const char *ms_module_path(const struct ms_trace *trace, uint64_t file_id);

/* The last part of PATH. */
const char *ms_base_name(const char *path);

#endif
