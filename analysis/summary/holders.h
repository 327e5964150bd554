/* holders.h - what the slots hold at this moment, put into a report.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_HOLDERS_H
#define MEMSCOPE_ANALYSIS_SUMMARY_HOLDERS_H

#include "analysis/run/run.h"
#include "report/holders.h"

/* Makes moments one after the other, in memory that is used again. */
struct ms_moments;
struct ms_moments *ms_moments_new(struct ms_run *run, struct ms_slots *slots);
void ms_moments_free(struct ms_moments *moments);

/* The present moment, at EVENT (NULL: the end), called MARK ("" for none). It lives until
 * the next call. */
const struct ms_report_moment *ms_moments_take(struct ms_moments *moments, const struct ms_event *event,
                                               const char *mark);

/* The same pieces for others that report on slots. TICK is the length of a tick in seconds, 0
 * unknown. Strings are the trace's. */
struct ms_report_site ms_report_site_of(const struct ms_trace *trace, ms_site_id site);
struct ms_report_holder ms_report_holder_of(const struct ms_trace *trace, const struct ms_slots *slots,
                                            const struct ms_slot *slot, double tick);

struct ms_report_vanished ms_report_vanished_of(const struct ms_trace *trace, const struct ms_lost *lost, double tick);

/* What to call BLOCK: the name it was given, the path of its birth, or a substitute that is
 * written to BUFFER. */
const char *ms_held_name(const struct ms_trace *trace, const struct ms_held_block *block, char *buffer, size_t size);

#endif
