/* text_report.c - a report as tables for people.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Only the order of the parts is here. Without --by: header, totals, who held memory at the
 * peak, top variables and types, what is live at exit, threads. With it: header, totals and
 * that one table.
 */
#include "render/render.h"

#include <stdlib.h>

#include "render/findings_text.h"
#include "render/paint.h"
#include "render/text_parts.h"
#include "render/units.h"
#include "support/xalloc.h"

enum { SECTION_ROWS = 10 };

static void title(FILE *out, const struct ms_render_options *o, const char *text) {
  fprintf(out, "\n%s%s%s\n", ms_paint(o->color, MS_TITLE), text, ms_paint(o->color, MS_RESET));
}

static const char *sort_words(enum ms_sort sort) {
  switch (sort) {
  case MS_SORT_BYTES: return "by bytes allocated";
  case MS_SORT_COUNT: return "by number of allocations";
  case MS_SORT_PEAK: return "by bytes live at the peak";
  case MS_SORT_LIVE: return "by bytes live at exit";
  case MS_SORT_TEMPORARY: return "by temporary blocks";
  case MS_SORTS_END: break;
  }
  return "";
}

static enum ms_sort default_sort(const struct ms_render_options *o) {
  if (o->has_sort)
    return o->sort;
  return o->at == MS_AT_PEAK ? MS_SORT_PEAK : o->at == MS_AT_EXIT ? MS_SORT_LIVE : MS_SORT_BYTES;
}

static void table(const struct ms_report *report, enum ms_grouping by, enum ms_sort sort,
                  const struct ms_render_options *o, FILE *out) {
  char text[80];
  const char *plural = ms_grouping_plural(by);
  snprintf(text, sizeof text, "%c%s, %s", plural[0] - 'a' + 'A', plural + 1, sort_words(sort));
  title(out, o, text);
  struct ms_select select = {.sort = sort, .filter = o->filter, .limit = o->limit ? o->limit : SECTION_ROWS};
  ms_text_rows(report, by, &select, o, out);
}

static void peak(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_totals *t = &report->totals;
  char text[160];
  snprintf(text, sizeof text, "At the peak: %s in %s block%s, %s after the start", ms_bytes(t->use.peak_bytes).text,
           ms_count(t->use.peak_blocks).text, t->use.peak_blocks == 1 ? "" : "s", ms_seconds(t->peak_time).text);
  title(out, o, text);
  struct ms_select select = {.sort = MS_SORT_PEAK, .filter = o->filter, .limit = o->limit ? o->limit : SECTION_ROWS};
  ms_text_rows(report, MS_BY_VARIABLE, &select, o, out);
}

static void live(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_use *u = &report->totals.use;
  char text[128];
  if (u->live_blocks)
    snprintf(text, sizeof text, "Live at exit: %s in %s block%s", ms_bytes(u->live_bytes).text,
             ms_count(u->live_blocks).text, u->live_blocks == 1 ? "" : "s");
  else
    snprintf(text, sizeof text, "Live at exit: nothing");
  title(out, o, text);
  struct ms_select select = {.sort = MS_SORT_LIVE, .filter = o->filter, .limit = o->limit ? o->limit : SECTION_ROWS};
  ms_text_live(report, &select, o, out);
}

/* What is wrong, a line each; nothing when nothing is. */
static void findings(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  char *words = ms_findings_words(report);
  if (*words) {
    char *text = ms_xasprintf("Findings: %s", words);
    title(out, o, text);
    ms_render_findings_brief(report, o, o->limit ? o->limit : SECTION_ROWS, out);
    free(text);
  }
  free(words);
}

void ms_render_text(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  ms_text_header(report, o, out);
  ms_text_gaps(report, o, out);
  fputc('\n', out);
  ms_text_totals(report, o, out);
  enum ms_sort sort = default_sort(o);
  if (o->has_by) {
    if (o->by == MS_BY_THREAD) {
      title(out, o, "Threads");
      ms_text_threads(report, o, out);
    } else if (o->by == MS_BY_SITE && sort == MS_SORT_LIVE) {
      live(report, o, out);
    } else {
      table(report, o->by, sort, o, out);
    }
    return;
  }
  if (o->at == MS_AT_ANY && !o->has_sort && !o->filter)
    findings(report, o, out);
  if (o->at != MS_AT_EXIT && report->totals.use.peak_blocks && (o->at == MS_AT_PEAK || !o->has_sort))
    peak(report, o, out);
  if (o->at == MS_AT_ANY) {
    table(report, MS_BY_VARIABLE, sort, o, out);
    table(report, MS_BY_TYPE, sort, o, out);
  } else if (o->at == MS_AT_PEAK) {
    table(report, MS_BY_TYPE, MS_SORT_PEAK, o, out);
  }
  if (o->at != MS_AT_PEAK)
    live(report, o, out);
  if (o->at == MS_AT_ANY && report->thread_count > 1) {
    title(out, o, "Threads");
    ms_text_threads(report, o, out);
  }
}

void ms_render_brief(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  ms_text_header(report, o, out);
  ms_text_gaps(report, o, out);
  ms_text_totals(report, o, out);
  if (!report->totals.use.peak_blocks)
    return;
  fprintf(out, "  %stop holders at the peak:%s\n", ms_paint(o->color, MS_QUIET), ms_paint(o->color, MS_RESET));
  struct ms_select select = {.sort = MS_SORT_PEAK, .filter = NULL, .limit = o->limit};
  ms_text_rows(report, MS_BY_VARIABLE, &select, o, out);
}
