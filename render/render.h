/* render.h - writes a report in one of the forms of renderers.def.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A renderer shows what is in the report and computes nothing but layout. What came from a
 * trace is escaped before it is written. Errors of the stream are the caller's to check.
 */
#ifndef MEMSCOPE_RENDER_H
#define MEMSCOPE_RENDER_H

#include <stdio.h>

#include "report/report.h"

enum ms_moment { MS_AT_ANY, MS_AT_PEAK, MS_AT_EXIT };

struct ms_render_options {
  bool color;
  unsigned width;  /* columns; UINT_MAX: lines are not broken */
  size_t limit;    /* rows of a table */
  const char *filter; /* glob, or NULL */
  bool has_by;     /* one table only, of: */
  enum ms_grouping by;
  bool has_sort;   /* rows by: */
  enum ms_sort sort;
  enum ms_moment at;
  bool all;        /* findings: every one, in full */
  const char *cwd; /* file names below it are shown relative to it; NULL: as they are */
};

typedef void ms_renderer(const struct ms_report *report, const struct ms_render_options *options, FILE *out);

#define MS_RENDERER(ID, name, function, meaning) ms_renderer function;
#include "render/renderers.def"

/* The renderer called NAME, or NULL. */
ms_renderer *ms_renderer_find(const char *name);

/* The lines on totals, peak and what is live at the end, for `memscope run`. */
void ms_render_brief(const struct ms_report *report, const struct ms_render_options *options, FILE *out);

#endif
