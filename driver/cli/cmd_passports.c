/* cmd_passports.c - `memscope passports`: blocks that crossed into or out of other code.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <unistd.h>

#include "analysis/ownership/passports.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/damage.h"
#include "driver/cli/terminal.h"
#include "render/passports_text.h"

static enum ms_status print_passports(const char *path, const char *status, bool is_json,
                                      const struct ms_render_options *options, struct ms_error *err) {
  struct ms_run *run = NULL;
  MS_TRY(ms_run_prepare(path, &run, err));
  struct ms_passports *passports = ms_passports_read(run);
  struct ms_report_passports report = ms_passports_report(passports, status);
  if (is_json)
    ms_passports_json(&report, stdout);
  else
    ms_render_passports(&report, options, stdout);
  ms_cli_warn_damage(ms_run_trace(run));
  ms_passports_free(passports);
  ms_run_close(run);
  return MS_OK;
}

int ms_cmd_passports(int argc, char **argv) {
  struct ms_args args;
  const char *path = NULL, *status = NULL, *color = NULL;
  bool is_json = false;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_passports_json: is_json = true; break;
    case MS_OPT_passports_status: status = args.value; break;
    case MS_OPT_passports_color: color = args.value; break;
    case MS_ARG_OPERAND:
      if (path)
        return ms_args_fail(&args, "one trace at a time, got '%s' as well", args.value);
      path = args.value;
      break;
    default: return args.status;
    }
  if (!path)
    return ms_args_fail(&args, "no trace given");
  struct ms_render_options options = {.color = ms_terminal_color(STDOUT_FILENO, color)};
  struct ms_error err;
  if (print_passports(path, status, is_json, &options, &err) != MS_OK)
    return ms_cli_fail(&err);
  return ms_cli_finish(MS_OK);
}
