/* summarize.c - see summarize.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/summary/summarize.h"

#include <assert.h>
#include <stdlib.h>

#include "analysis/summary/gaps.h"
#include "analysis/summary/group.h"
#include "support/xalloc.h"

static double seconds(uint64_t ticks, double tick) { return tick > 0 ? (double)ticks * tick : -1; }

static void fill_run(struct ms_report *report, struct ms_run *run, double tick) {
  const struct ms_trace *trace = ms_run_trace(run);
  const struct ms_trace_header *h = ms_trace_header(trace);
  const struct ms_model *model = ms_run_model(run);
  const struct ms_model_totals *t = ms_model_totals(model);
  struct ms_report_run *r = &report->run;
  size_t args = ms_trace_arg_count(trace);
  const char **arguments = ms_report_alloc(report, (args ? args : 1) * sizeof *arguments);
  for (size_t i = 0; i < args; i++)
    arguments[i] = ms_report_string(report, ms_trace_arg(trace, i));
  const char *exe = ms_trace_info(trace, "exe");
  uint64_t end = h->last_time > h->start_time ? h->last_time - h->start_time : 0;
  *r = (struct ms_report_run){
      .trace = ms_report_string(report, ms_trace_path(trace)),
      .program = ms_report_string(report, exe ? exe : args ? arguments[0] : ""),
      .cwd = ms_report_string(report, ms_trace_info(trace, "cwd")),
      .options = ms_report_string(report, ms_trace_info(trace, "options")),
      .runtime = ms_report_string(report, ms_trace_info(trace, "runtime")),
      .arguments = arguments,
      .argument_count = args,
      .pid = h->pid,
      .ppid = h->ppid,
      .fork_parent = h->fork_parent,
      .start_unix_ns = h->start_unix_ns,
      .seconds = seconds(end > t->last_time ? end : t->last_time, tick),
      .events = t->events,
      .threads = ms_model_thread_count(model),
      .modules = ms_trace_module_count(trace),
      .exited = h->state == MS_STATE_EXITED,
      .has_status = t->has_exit && t->exit_status > 0,
      .status = t->exit_status > 0 ? (int)(t->exit_status - 1) : 0,
  };
}

static void fill_totals(struct ms_report *report, const struct ms_model *model, double tick) {
  const struct ms_model_totals *t = ms_model_totals(model);
  struct ms_report_totals *out = &report->totals;
  *out = (struct ms_report_totals){
      .peak_time = seconds(t->peak_time, tick), .peak_event = t->peak_event,
      .reallocs_moved = t->reallocs_moved, .reallocs_failed = t->reallocs_failed, .failed = t->failed,
      .forks = t->forks, .execs = t->execs, .inherited_blocks = t->inherited_blocks,
      .inherited_bytes = t->inherited_bytes, .inherited_freed = t->inherited_freed};
  for (size_t i = 0; i < ms_model_context_count(model); i++) {
    struct ms_report_use use = ms_context_use(ms_model_context(model, i), tick);
    ms_report_use_add(&out->use, &use);
  }
  assert(out->use.allocations == t->usage.allocations && out->use.bytes == t->usage.bytes &&
         out->use.live_blocks == t->usage.live_blocks && out->use.live_bytes == t->usage.live_bytes &&
         out->use.peak_blocks == t->usage.peak_blocks && out->use.peak_bytes == t->usage.peak_bytes);
}

static int by_number(const void *a, const void *b) {
  const struct ms_report_thread *x = a, *y = b;
  return x->number < y->number ? -1 : x->number > y->number;
}

static void fill_threads(struct ms_report *report, const struct ms_run *run, double tick) {
  const struct ms_model *model = ms_run_model(run);
  const struct ms_trace *trace = ms_run_trace(run);
  report->thread_count = ms_model_thread_count(model);
  report->threads = ms_xcalloc(report->thread_count, sizeof *report->threads);
  for (size_t i = 0; i < report->thread_count; i++) {
    const struct ms_model_thread *t = ms_model_thread(model, i);
    const struct ms_trace_thread *known = ms_trace_thread(trace, t->number);
    const struct ms_usage *u = &t->usage;
    report->threads[i] = (struct ms_report_thread){
        .number = t->number,
        .os_id = known ? known->os_id : 0,
        .name = ms_report_string(report, known ? known->name : ""),
        .use = {.allocations = u->allocations, .frees = u->frees, .bytes = u->bytes,
                .live_blocks = u->live_blocks, .live_bytes = u->live_bytes, .peak_blocks = u->peak_blocks,
                .peak_bytes = u->peak_bytes, .temporary = t->temporary},
        .frees_done = t->frees_done,
        .frees_of_others = t->frees_of_others,
        .freed_by_others = t->freed_by_others,
        .first_time = seconds(t->first_time, tick),
        .last_time = seconds(t->last_time, tick),
        .ended = t->ended,
    };
  }
  qsort(report->threads, report->thread_count, sizeof *report->threads, by_number);
}

static int largest_first(const void *a, const void *b) {
  const struct ms_block *x = *(const struct ms_block *const *)a, *y = *(const struct ms_block *const *)b;
  if (x->size != y->size)
    return x->size < y->size ? 1 : -1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void fill_live(struct ms_report *report, const struct ms_model *model, const size_t *site_rows, double tick,
                      size_t limit) {
  size_t count = 0, cursor = 0;
  while (ms_model_next_live(model, &cursor))
    count++;
  const struct ms_block **blocks = ms_xcalloc(count, sizeof *blocks);
  cursor = 0;
  for (size_t i = 0; i < count; i++)
    blocks[i] = ms_model_next_live(model, &cursor);
  qsort(blocks, count, sizeof *blocks, largest_first);
  report->live_count = count < limit ? count : limit;
  report->live_omitted = count - report->live_count;
  report->live = ms_xcalloc(report->live_count, sizeof *report->live);
  for (size_t i = 0; i < report->live_count; i++) {
    const struct ms_block *b = blocks[i];
    bool inherited = b->next & MS_BLOCK_INHERITED;
    report->live[i] = (struct ms_report_block){
        .id = b->id, .address = b->addr, .size = b->size, .predecessor = b->predecessor,
        .reallocs = b->reallocs, .time = seconds(b->time, tick), .inherited = inherited,
        .thread = inherited ? 0 : ms_model_thread(model, b->thread)->number,
        .site = site_rows[b->context]};
  }
  free(blocks);
}

struct ms_report *ms_summarize(struct ms_run *run, size_t live_limit) {
  const struct ms_model *model = ms_run_model(run);
  double hz = ms_trace_tick_hz(ms_run_trace(run));
  double tick = hz > 0 ? 1 / hz : 0;
  struct ms_report *report = ms_report_new();
  fill_run(report, run, tick);
  fill_totals(report, model, tick);
  ms_find_gaps(report, run);
  size_t *site_rows = NULL;
  for (unsigned by = 0; by < MS_BY_END; by++)
    if (by == MS_BY_SITE)
      ms_group(report, run, MS_BY_SITE, tick, &site_rows);
    else if (by != MS_BY_THREAD)
      ms_group(report, run, (enum ms_grouping)by, tick, NULL);
  fill_threads(report, run, tick);
  fill_live(report, model, site_rows, tick, live_limit);
  free(site_rows);
  return report;
}
