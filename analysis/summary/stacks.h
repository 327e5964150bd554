/* stacks.h - the ways that led to a site, as functions.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_STACKS_H
#define MEMSCOPE_ANALYSIS_SUMMARY_STACKS_H

#include "analysis/run/run.h"
#include "report/report.h"

/* The stack of the context C in REPORT's memory. */
void ms_stack_resolve(struct ms_report *report, struct ms_run *run, const struct ms_model_context *c,
                      struct ms_report_stack *ret_stack);

#endif
