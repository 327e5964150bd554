/* cmd_report.c - `memscope report`: which variables the memory belongs to.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/summary/findings_report.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/terminal.h"
#include "render/render.h"
#include "support/grow.h"

enum { LIVE_BLOCKS = 1000 };

struct request {
  struct ms_render_options options;
  ms_renderer *render;
  const char *color;
  uint64_t width;
  bool is_text;
};

/* Applies one option; false after printing an error. */
static bool apply(struct request *r, struct ms_args *args, int opt) {
  bool known = true;
  uint64_t n = 0;
  switch (opt) {
  case MS_OPT_report_by:
    r->options.has_by = true;
    known = ms_grouping_parse(args->value, &r->options.by);
    break;
  case MS_OPT_report_sort:
    r->options.has_sort = true;
    known = ms_sort_parse(args->value, &r->options.sort);
    break;
  case MS_OPT_report_at:
    r->options.at = strcmp(args->value, "peak") == 0 ? MS_AT_PEAK : MS_AT_EXIT;
    break;
  case MS_OPT_report_limit:
    if (!ms_args_number(args, 0, SIZE_MAX / 2, &n))
      return false;
    r->options.limit = n ? (size_t)n : SIZE_MAX;
    break;
  case MS_OPT_report_width:
    return ms_args_number(args, 60, 10000, &r->width);
  case MS_OPT_report_filter: r->options.filter = args->value; break;
  case MS_OPT_report_color: r->color = args->value; break;
  case MS_OPT_report_format:
    r->render = ms_renderer_find(args->value);
    r->is_text = strcmp(args->value, "text") == 0;
    known = r->render != NULL;
    break;
  default: known = false;
  }
  assert(known); /* the values in options.def are those of the other .def files */
  return true;
}

static enum ms_status report_one(const char *path, const struct request *r, struct ms_error *err) {
  struct ms_report *report = NULL;
  MS_TRY(ms_report_of_trace(path, LIVE_BLOCKS, false, &report, err));
  r->render(report, &r->options, stdout);
  ms_report_free(report);
  return MS_OK;
}

int ms_cmd_report(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  struct request r = {.render = ms_render_text, .is_text = true};
  const char **traces = ms_xcalloc((size_t)argc, sizeof *traces);
  size_t count = 0;
  int status = MS_OK;
  for (int opt; status == MS_OK && (opt = ms_args_next(&args)) != MS_ARG_END;) {
    if (opt == MS_ARG_STOP || (opt != MS_ARG_OPERAND && !apply(&r, &args, opt))) {
      status = args.status;
      goto out;
    }
    if (opt == MS_ARG_OPERAND)
      traces[count++] = args.value;
  }
  if (count == 0) {
    status = ms_args_fail(&args, "no trace given");
    goto out;
  }
  if (!r.is_text && count > 1) {
    status = ms_args_fail(&args, "one trace at a time in this format, got %zu", count);
    goto out;
  }
  if (!r.is_text && !r.options.limit)
    r.options.limit = SIZE_MAX;
  r.options.color = ms_terminal_color(STDOUT_FILENO, r.color);
  r.options.width = r.width ? (unsigned)r.width : ms_terminal_width(STDOUT_FILENO);
  char *cwd = getcwd(NULL, 0);
  r.options.cwd = cwd;
  for (size_t i = 0; i < count; i++) {
    struct ms_error err;
    if (i)
      putchar('\n');
    if (report_one(traces[i], &r, &err) != MS_OK)
      status = ms_cli_fail(&err);
  }
  free(cwd);
out:
  free(traces);
  return ms_cli_finish(status);
}
