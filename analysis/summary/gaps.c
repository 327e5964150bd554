/* gaps.c - see gaps.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/summary/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/summary/naming.h"
#include "support/xalloc.h"

enum { MODULES_NAMED = 4 };

static const char *stop_text(const struct ms_trace *trace) {
  const char *text = ms_trace_info(trace, "stop");
  if (text)
    return text;
  switch (ms_trace_header(trace)->stop_reason) {
  case MS_STOP_NONE: return "";
  case MS_STOP_NO_SPACE: return "no space left on the device";
  case MS_STOP_FILE_LIMIT: return "file size limit reached";
  case MS_STOP_IO: return "input/output error";
  case MS_STOP_FILE_LOST: return "the trace file was taken away";
  default: return "unknown reason";
  }
}

/* Counts what has no names and lists the first few modules that it came from. */
static void find_unnamed(struct ms_report *report, const struct ms_model *model) {
  struct ms_report_gaps *gaps = &report->gaps;
  const char *modules[MODULES_NAMED];
  size_t count = 0;
  bool more = false;
  for (size_t i = 0; i < ms_model_context_count(model); i++) {
    const struct ms_model_context *c = ms_model_context(model, i);
    const struct ms_trace_context *context = ms_trace_context(c->trace, c->id);
    if (!c->usage.allocations)
      continue;
    if (context->name_site) {
      if (ms_trace_site(c->trace, context->name_site)->flags & MS_SITE_F_NO_DEBUG)
        gaps->no_debug_allocations += c->usage.allocations;
      continue;
    }
    gaps->unnamed_allocations += c->usage.allocations;
    if (!context->frame_count)
      continue;
    const char *name = ms_base_name(ms_trace_module(c->trace, context->frames[0].module)->path);
    bool known = *name == '\0';
    for (size_t k = 0; k < count; k++)
      known |= strcmp(modules[k], name) == 0;
    if (known)
      continue;
    if (count < MODULES_NAMED)
      modules[count++] = name;
    else
      more = true;
  }
  char *list = ms_xstrdup("");
  for (size_t k = 0; k < count; k++) {
    char *longer = ms_xasprintf("%s%s%s", list, k ? ", " : "", modules[k]);
    free(list);
    list = longer;
  }
  if (more) {
    char *longer = ms_xasprintf("%s and others", list);
    free(list);
    list = longer;
  }
  gaps->unnamed_modules = ms_report_string(report, list);
  free(list);
}

void ms_find_gaps(struct ms_report *report, struct ms_run *run) {
  const struct ms_trace *trace = ms_run_trace(run);
  const struct ms_trace_header *h = ms_trace_header(trace);
  const struct ms_trace_damage *damage = ms_trace_damage(trace);
  const struct ms_model_totals *t = ms_model_totals(ms_run_model(run));
  report->gaps = (struct ms_report_gaps){
      .dropped = h->dropped,
      .stop = ms_report_string(report, stop_text(trace)),
      .bad_chunks = damage->bad_chunks,
      .bad_records = damage->bad_records,
      .unknown_contexts = damage->unknown_contexts,
      .torn = damage->torn_tail,
      .damage = ms_report_string(report, damage->first),
      .unknown_frees = t->unknown_frees,
      .unknown_reallocs = t->unknown_reallocs,
      .replaced = t->replaced,
      .unfinished_reallocs = t->unfinished_reallocs,
      .parent_missing = h->fork_parent != 0 && !ms_run_parent(run),
      .unnamed_modules = "",
  };
  find_unnamed(report, ms_run_model(run));
}
