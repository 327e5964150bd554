/* biography.h - finds blocks by what a user calls them and collects their lives.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_BIOGRAPHY_H
#define MEMSCOPE_ANALYSIS_SUMMARY_BIOGRAPHY_H

#include "report/biography.h"
#include "support/error.h"

struct ms_biography;
struct ms_trace;

/* Reads the trace at PATH twice. QUERY is "0xADDRESS", "0xADDRESS@EVENT", "FILE:LINE", or a
 * name: an access path, a member ("struct item.name") or a name that the program gave. At
 * most LIMIT lives are collected: lost blocks first, then live ones, then others. */
MS_NODISCARD enum ms_status ms_biography_collect(const char *path, const char *query, size_t limit,
                                                 struct ms_biography **ret_biography, struct ms_error *err);
const struct ms_report_biography *ms_biography_report(const struct ms_biography *biography);
/* What was read. */
const struct ms_trace *ms_biography_trace(const struct ms_biography *biography);
void ms_biography_free(struct ms_biography *biography);

#endif
