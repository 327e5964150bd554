/* cmd_findings.c - `memscope findings`: what is wrong, as a compiler would say it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Takes traces, and documents that were written from them (memscope findings --json,
 * memscope json): those need neither the program nor the checks.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/summary/findings_report.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/damage.h"
#include "driver/cli/finding_options.h"
#include "driver/cli/recordings.h"
#include "driver/cli/terminal.h"
#include "render/findings_files.h"
#include "render/findings_text.h"
#include "report/findings_read.h"
#include "support/grow.h"
#include "support/text.h"

struct request {
  struct ms_finding_request findings;
  struct ms_render_options options;
  const char *color;
  uint64_t width;
  const char **paths;
  size_t path_count;
  struct ms_report **reports;
  size_t report_count;
};

/* Whether the file at PATH begins as a JSON document does. */
static bool is_document(const char *path) {
  FILE *file = ms_is_trace(path) ? NULL : fopen(path, "rbe");
  if (!file)
    return false;
  int c = getc(file);
  for (int n = 0; n < 64 && (c == ' ' || c == '\n' || c == '\t' || c == '\r'); n++)
    c = getc(file);
  fclose(file);
  return c == '{';
}

static enum ms_status load(const char *path, struct ms_report **ret, struct ms_error *err) {
  return is_document(path) ? ms_findings_read(path, ret, err) : ms_report_of_trace(path, 0, true, ret, err);
}

/* Takes options and operands; false: end with args->status. */
static bool read_arguments(struct request *r, struct ms_args *args) {
  uint64_t n = 0;
  for (int opt; (opt = ms_args_next(args)) != MS_ARG_END;) {
    bool ours = false;
    switch (opt) {
    case MS_ARG_OPERAND: r->paths[r->path_count++] = args->value; continue;
    case MS_ARG_STOP: return false;
    case MS_OPT_findings_color: r->color = args->value; continue;
    case MS_OPT_findings_width:
      if (!ms_args_number(args, 60, 10000, &r->width))
        return false;
      continue;
    case MS_OPT_findings_limit:
      if (!ms_args_number(args, 0, SIZE_MAX / 2, &n))
        return false;
      r->options.limit = n ? (size_t)n : SIZE_MAX;
      continue;
    default:
      if (!ms_finding_option(&r->findings, args, opt, &ours))
        return false;
    }
  }
  const struct ms_finding_request *f = &r->findings;
  int to_stdout = f->json + (f->sarif && !*f->sarif) + (f->junit && !*f->junit);
  args->status = MS_OK;
  if (!r->path_count)
    args->status = ms_args_fail(args, "no trace given");
  else if (to_stdout > 1)
    args->status = ms_args_fail(args, "one document at a time on standard output: give --sarif or --junit a file");
  else if (f->json && r->path_count > 1)
    args->status = ms_args_fail(args, "one trace at a time with --json, got %zu", r->path_count);
  return args->status == MS_OK;
}

/* Where the text of FD may be broken: at its terminal's width, nowhere in a pipe. */
static unsigned width_of(int fd, uint64_t wanted) {
  return wanted ? (unsigned)wanted : isatty(fd) ? ms_terminal_width(fd) : UINT_MAX;
}

static void print_unused(const struct ms_suppressions *list) {
  for (size_t i = 0; i < list->count; i++) {
    const struct ms_suppression *s = &list->items[i];
    char *path = ms_text_escape(s->path), *text = ms_text_escape(s->text);
    if (!s->matches)
      printf("suppression that covers nothing: %s:%u: %s\n", path, s->line, text);
    free(path);
    free(text);
  }
}

static void print_text(const struct request *r) {
  for (size_t i = 0; i < r->report_count; i++) {
    if (r->report_count > 1) {
      char *name = ms_text_escape(r->reports[i]->run.trace);
      printf("%s%s:\n\n", i ? "\n" : "", name);
      free(name);
    }
    ms_render_findings(r->reports[i], &r->options, stdout);
  }
  if (r->findings.all)
    print_unused(&r->findings.suppressions);
}

static enum ms_status run(struct request *r, int *ret_status, struct ms_error *err) {
  struct ms_finding_request *f = &r->findings;
  MS_TRY(ms_finding_prepare(f, err));
  for (size_t i = 0; i < r->path_count; i++) {
    MS_TRY(load(r->paths[i], &r->reports[i], err));
    const struct ms_report_gaps *g = &r->reports[r->report_count++]->gaps;
    struct ms_trace_damage damage = {.bad_chunks = g->bad_chunks, .bad_records = g->bad_records,
                                     .unknown_contexts = g->unknown_contexts, .torn_tail = g->torn};
    snprintf(damage.first, sizeof damage.first, "%s", g->damage ? g->damage : "");
    ms_cli_warn_of(r->paths[i], &damage);
    MS_TRY(ms_finding_apply(f, r->reports[i], err));
  }
  char *cwd = getcwd(NULL, 0);
  r->options.all = f->all;
  r->options.filter = f->kinds;
  r->options.color = ms_terminal_color(STDOUT_FILENO, r->color);
  r->options.width = width_of(STDOUT_FILENO, r->width);
  r->options.cwd = cwd;
  const struct ms_report *const *reports = (const struct ms_report *const *)r->reports;
  if (!f->json && !(f->sarif && !*f->sarif) && !(f->junit && !*f->junit))
    print_text(r);
  if (f->github)
    ms_render_github(reports, r->report_count, cwd ? cwd : "", stdout);
  free(cwd);
  MS_TRY(ms_finding_write(f, reports, r->report_count, err));
  *ret_status = ms_finding_status(f, reports, r->report_count);
  return MS_OK;
}

int ms_cmd_findings(int argc, char **argv) {
  struct ms_args args;
  struct request r = {.paths = ms_xcalloc((size_t)argc, sizeof *r.paths),
                      .reports = ms_xcalloc((size_t)argc, sizeof *r.reports)};
  struct ms_error err;
  int status = MS_OK;
  ms_args_init(&args, argc, argv);
  ms_finding_request_init(&r.findings);
  if (!read_arguments(&r, &args))
    status = args.status;
  else if (run(&r, &status, &err) != MS_OK)
    status = ms_cli_fail(&err);
  for (size_t i = 0; i < r.report_count; i++)
    ms_report_free(r.reports[i]);
  ms_finding_request_fini(&r.findings);
  free(r.paths);
  free(r.reports);
  return ms_cli_finish(status);
}
