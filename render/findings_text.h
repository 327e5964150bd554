/* findings_text.h - findings as a compiler would say them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_FINDINGS_TEXT_H
#define MEMSCOPE_RENDER_FINDINGS_TEXT_H

#include "render/render.h"
#include "report/findings.h"

/* All findings with their source lines and stories, most important first; at most options->limit
 * (0: 10), similar ones together and without notes unless options->all. Ends with a line that
 * sums up and says what is not shown. */
void ms_render_findings(const struct ms_report *report, const struct ms_render_options *options, FILE *out);

/* "2 leaks, 1 double free", "" if there is neither error nor warning; free() it. */
char *ms_findings_words(const struct ms_report *report);

/* One line a finding, for an overview: severity, place, title. At most LIMIT. */
void ms_render_findings_brief(const struct ms_report *report, const struct ms_render_options *options, size_t limit,
                              FILE *out);

#endif
