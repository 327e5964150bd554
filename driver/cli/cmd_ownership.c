/* cmd_ownership.c - `memscope ownership`: who owns and who borrows, from all the traces given.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Traces are read one after the other; only the evidence is kept.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/ownership/confidence.h"
#include "analysis/ownership/ownership_report.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/damage.h"
#include "driver/cli/terminal.h"
#include "render/ownership_text.h"
#include "support/grow.h"

struct request {
  const char **paths;
  size_t path_count, path_capacity;
  bool is_json, has_form, has_min;
  enum ms_annotation form;
  struct ms_ownership_select select;
  struct ms_render_options options;
};

static enum ms_status read_all(const struct request *r, struct ms_ownership *ownership, struct ms_error *err) {
  for (size_t i = 0; i < r->path_count; i++) {
    struct ms_run *run = NULL;
    MS_TRY(ms_run_prepare(r->paths[i], &run, err));
    ms_ownership_read(ownership, run);
    ms_cli_warn_damage(ms_run_trace(run));
    ms_run_close(run);
  }
  ms_ownership_conclude(ownership);
  return MS_OK;
}

static void print(const struct request *r, const struct ms_ownership *ownership) {
  struct ms_report_ownership report = ms_ownership_report(ownership, r->paths, r->path_count, &r->select);
  if (r->is_json)
    ms_ownership_json(&report, stdout);
  else if (r->has_form)
    ms_render_annotations(&report, r->form, stdout);
  else
    ms_render_ownership(&report, &r->options, stdout);
  ms_ownership_report_fini(&report);
}

static int run(const struct request *r) {
  struct ms_ownership *ownership = ms_ownership_new();
  struct ms_error err;
  enum ms_status status = read_all(r, ownership, &err);
  if (status == MS_OK)
    print(r, ownership);
  ms_ownership_free(ownership);
  return status == MS_OK ? ms_cli_finish(MS_OK) : ms_cli_fail(&err);
}

static enum ms_confidence parse_label(const char *text) {
  enum ms_confidence label = MS_CONFIDENCE_LOW;
  while (strcmp(ms_confidence_name(label), text) != 0)
    label++; /* the parser knows the words */
  return label;
}

int ms_cmd_ownership(int argc, char **argv) {
  struct ms_args args;
  struct request r = {.select = {.min = MS_CONFIDENCE_LOW}};
  const char *color = NULL;
  uint64_t width = 0;
  int status;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_ownership_json: r.is_json = true; break;
    case MS_OPT_ownership_annotate:
      r.has_form = true;
      r.form = strcmp(args.value, "rust") == 0    ? MS_ANNOTATE_RUST
               : strcmp(args.value, "clang") == 0 ? MS_ANNOTATE_CLANG
                                                  : MS_ANNOTATE_COMMENT;
      break;
    case MS_OPT_ownership_min_confidence:
      r.select.min = parse_label(args.value);
      r.has_min = true;
      break;
    case MS_OPT_ownership_filter: r.select.filter = args.value; break;
    case MS_OPT_ownership_color: color = args.value; break;
    case MS_OPT_ownership_width:
      if (!ms_args_number(&args, 60, 10000, &width)) {
        status = args.status;
        goto out;
      }
      break;
    case MS_ARG_OPERAND:
      MS_GROW(r.paths, r.path_count, r.path_capacity);
      r.paths[r.path_count++] = args.value;
      break;
    default: status = args.status; goto out;
    }
  if (!r.path_count) {
    status = ms_args_fail(&args, "no trace given");
    goto out;
  }
  if (r.is_json && r.has_form) {
    status = ms_args_fail(&args, "--json and --annotate exclude each other");
    goto out;
  }
  if (r.has_form && !r.has_min)
    r.select.min = MS_CONFIDENCE_HIGH;
  r.options.color = ms_terminal_color(STDOUT_FILENO, color);
  r.options.width = width ? (unsigned)width : ms_terminal_width(STDOUT_FILENO);
  status = run(&r);
out:
  free(r.paths);
  return status;
}
