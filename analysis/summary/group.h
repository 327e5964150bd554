/* group.h - adds up the model's contexts to the rows of the report's tables.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_GROUP_H
#define MEMSCOPE_ANALYSIS_SUMMARY_GROUP_H

#include "analysis/run/run.h"
#include "report/report.h"

/* Fills the table BY of REPORT. TICK is seconds per tick. If RET_ROWS is not NULL it gets
 * the row of every context (SIZE_MAX: none), ms_model_context_count entries; free() it. */
void ms_group(struct ms_report *report, struct ms_run *run, enum ms_grouping by, double tick,
              size_t **ret_rows);

/* The figures of the context C. */
struct ms_report_use ms_context_use(const struct ms_model_context *c, double tick);

#endif
