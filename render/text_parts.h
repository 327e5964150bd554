/* text_parts.h - the parts that the text form of a report is put together from.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Private to render/.
 */
#ifndef MEMSCOPE_RENDER_TEXT_PARTS_H
#define MEMSCOPE_RENDER_TEXT_PARTS_H

#include "render/render.h"
#include "report/select.h"

/* Which program, how long, how it ended. */
void ms_text_header(const struct ms_report *report, const struct ms_render_options *o, FILE *out);

/* One line for each thing that the figures do not cover; nothing when they are whole. */
void ms_text_gaps(const struct ms_report *report, const struct ms_render_options *o, FILE *out);

/* Allocated, peak, live at exit. */
void ms_text_totals(const struct ms_report *report, const struct ms_render_options *o, FILE *out);

/* The rows of the grouping BY that SELECT asks for, with their share of what is shown and
 * what was left out. */
void ms_text_rows(const struct ms_report *report, enum ms_grouping by, const struct ms_select *select,
                  const struct ms_render_options *o, FILE *out);

/* What is live at the end: one line for each site, with the heaviest stack. */
void ms_text_live(const struct ms_report *report, const struct ms_select *select, const struct ms_render_options *o,
                  FILE *out);

void ms_text_threads(const struct ms_report *report, const struct ms_render_options *o, FILE *out);

#endif
