/* findings_report.c - see findings_report.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A place is that of the site, which knows lines and columns as the compiler saw them; the stack
 * only says how the program came there, and stands in where there is no site.
 */
#include "analysis/summary/findings_report.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/summary/stacks.h"
#include "analysis/summary/summarize.h"
#include "support/xalloc.h"

static const char *source_name(int source) {
  switch (source) {
  case MS_SOURCE_STATIC: return "static";
  case MS_SOURCE_INFERRED: return "inferred";
  default: return "captured";
  }
}

static const char *role_name(enum ms_step_role role) {
  switch (role) {
  case MS_STEP_ALLOCATED: return "allocated";
  case MS_STEP_COPIED: return "copied";
  case MS_STEP_FREED: return "freed";
  case MS_STEP_LOST: return "lost";
  case MS_STEP_HELD: return "held";
  case MS_STEP_USED: return "used";
  case MS_STEP_GREW: return "grew";
  case MS_STEP_NOTICED: return "noticed";
  }
  return "";
}

static struct ms_report_trail trail_of(struct ms_report *report, struct ms_run *run, ms_context_id id) {
  if (!id)
    return (struct ms_report_trail){0};
  struct ms_report_stack stack;
  struct ms_model_context context = {.trace = ms_run_trace(run), .id = id};
  ms_stack_resolve(report, run, &context, &stack);
  return (struct ms_report_trail){.frames = stack.frames + stack.via, .count = stack.count - stack.via,
                                  .cut = stack.cut};
}

/* The place of the site, else of the context's, else of the innermost frame. */
static struct ms_report_place place_of(struct ms_report *report, struct ms_run *run, ms_site_id id,
                                       ms_context_id context, const struct ms_report_trail *trail) {
  const struct ms_trace *trace = ms_run_trace(run);
  if (!id && context)
    id = ms_trace_context(trace, context)->name_site;
  const struct ms_trace_site *site = ms_trace_site(trace, id);
  if (id && (*site->file || *site->func))
    return (struct ms_report_place){.function = ms_report_string(report, site->func),
                                    .file = ms_report_string(report, site->file),
                                    .dir = ms_report_string(report, site->dir),
                                    .line = site->line, .column = site->column};
  struct ms_report_place place = {.function = "", .file = "", .dir = ""};
  if (trail->count) {
    place.function = trail->frames[0].function;
    place.file = trail->frames[0].file;
    place.line = trail->frames[0].line;
  }
  return place;
}

static void fill_step(struct ms_report *report, struct ms_run *run, const struct ms_finding_step *from, double tick,
                      struct ms_report_step *to) {
  to->role = role_name(from->role);
  to->slot = ms_report_string(report, from->slot);
  to->text = ms_report_string(report, from->text);
  to->source = source_name(from->source);
  to->event = from->event;
  to->time = from->event && tick > 0 ? (double)from->time * tick : -1;
  to->trail = trail_of(report, run, from->context);
  to->place = place_of(report, run, from->site, from->context, &to->trail);
  if (from->line) {
    to->place.line = from->line;
    to->place.column = 0;
  }
}

static void fill_finding(struct ms_report *report, struct ms_run *run, const struct ms_finding *from, double tick,
                         struct ms_report_finding *to) {
  to->kind = ms_report_string(report, ms_finding_name(from->kind));
  to->severity = (enum ms_report_severity)from->severity;
  to->title = ms_report_string(report, from->title);
  to->name = ms_report_string(report, from->name);
  to->type = ms_report_string(report, from->type);
  to->path = ms_report_string(report, from->path);
  to->advice = ms_report_string(report, from->advice);
  to->trail = trail_of(report, run, from->context);
  to->place = place_of(report, run, from->site, from->context, &to->trail);
  to->block = from->block;
  to->blocks = from->blocks;
  to->bytes = from->bytes;
  to->retained_blocks = from->retained_blocks;
  to->retained_bytes = from->retained_bytes;
  to->source = source_name(from->source);
  to->confidence = from->source == MS_SOURCE_INFERRED ? from->confidence : 1;
  to->rule = ms_report_string(report, from->rule);
  to->support = from->support;
  to->against = from->against;
  to->is_limited = from->depends_on_blind_spot;
  to->blind_spot = ms_report_string(report, from->blind_spot);
  to->step_count = from->step_count;
  to->steps = ms_report_new_steps(report, from->step_count);
  for (size_t i = 0; i < from->step_count; i++)
    fill_step(report, run, &from->steps[i], tick, &to->steps[i]);
}

/* The noun with END in place of its %s. */
static const char *noun_with(struct ms_report *report, const char *noun, const char *end) {
  const char *at = strstr(noun, "%s");
  char *text = at ? ms_xasprintf("%.*s%s%s", (int)(at - noun), noun, end, at + 2) : ms_xstrdup(noun);
  const char *result = ms_report_string(report, text);
  free(text);
  return result;
}

static void fill_kinds(struct ms_report *report) {
  free(report->kinds);
  report->kinds = ms_xcalloc(MS_FINDING_KINDS, sizeof *report->kinds);
  report->kind_count = MS_FINDING_KINDS;
  for (unsigned i = 0; i < MS_FINDING_KINDS; i++) {
    enum ms_finding_kind kind = (enum ms_finding_kind)i;
    report->kinds[i] = (struct ms_report_kind){
        .name = ms_report_string(report, ms_finding_name(kind)),
        .noun = noun_with(report, ms_finding_noun(kind), ""),
        .nouns = noun_with(report, ms_finding_noun(kind), "s"),
        .description = ms_report_string(report, ms_finding_description(kind)),
        .severity = (enum ms_report_severity)ms_finding_severity(kind),
    };
  }
}

void ms_summarize_findings(struct ms_report *report, struct ms_run *run, const struct ms_findings *found) {
  double hz = ms_trace_tick_hz(ms_run_trace(run));
  fill_kinds(report);
  struct ms_report_finding *list = ms_report_new_findings(report, found->count);
  for (size_t i = 0; i < found->count; i++)
    fill_finding(report, run, &found->items[i], hz > 0 ? 1 / hz : 0, &list[i]);
  ms_report_arrange_findings(report);
}

static void fill_coverage(struct ms_report *report, const struct ms_coverage *c) {
  report->gaps.coverage = (struct ms_report_coverage){
      .is_known = c->opaque_names != NULL, .blocks = c->blocks, .blocks_compiled = c->blocks_compiled,
      .blocks_followed = c->blocks_followed, .frees = c->frees, .frees_compiled = c->frees_compiled, .words = c->words,
      .words_stored = c->words_stored, .functions_compiled = c->functions_compiled, .modules_compiled = c->modules_compiled,
      .modules_opaque = c->modules_opaque, .opaque_names = ms_report_string(report, c->opaque_names)};
}

/* The figures alone, if that will do; *RET_RUN is NULL if it will not. */
static enum ms_status figures_of_trace(const char *path, struct ms_run **ret_run, struct ms_error *err) {
  struct ms_run *run = NULL;
  MS_TRY(ms_run_prepare(path, &run, err));
  *ret_run = NULL;
  const char *levels = ms_trace_info(ms_run_trace(run), "levels");
  bool will_do = !ms_trace_info(ms_run_trace(run), "arena") && !(levels && strstr(levels, "check"));
  if (will_do) {
    ms_run_replay(run);
    const struct ms_model_totals *t = ms_model_totals(ms_run_model(run));
    will_do = !t->unknown_frees && !t->unknown_reallocs;
  }
  if (will_do)
    *ret_run = run;
  else
    ms_run_close(run);
  return MS_OK;
}

enum ms_status ms_report_of_trace(const char *path, size_t live_limit, bool always, struct ms_report **ret,
                                  struct ms_error *err) {
  struct ms_run *run = NULL;
  struct ms_findings found = {.items = NULL};
  if (!always)
    MS_TRY(figures_of_trace(path, &run, err));
  if (!run)
    MS_TRY(ms_find(path, &run, &found, err));
  struct ms_report *report = ms_summarize(run, live_limit);
  ms_summarize_findings(report, run, &found);
  report->gaps.muted_blocks = found.muted_blocks;
  fill_coverage(report, &found.coverage);
  report->gaps.unfollowed = !ms_trace_info(ms_run_trace(run), "arena");
  ms_findings_free(&found);
  ms_run_close(run);
  *ret = report;
  return MS_OK;
}
