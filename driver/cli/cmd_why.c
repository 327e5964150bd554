/* cmd_why.c - `memscope why`: the biography of the blocks that somebody asks about.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdlib.h>
#include <unistd.h>

#include "analysis/summary/biography.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/damage.h"
#include "driver/cli/terminal.h"
#include "render/biography_text.h"

enum { LIVES_SHOWN = 3 };

int ms_cmd_why(int argc, char **argv) {
  struct ms_args args;
  struct ms_render_options options = {.width = 0};
  const char *path = NULL, *query = NULL, *color = NULL;
  uint64_t width = 0;
  size_t limit = LIVES_SHOWN;
  bool is_json = false;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_why_all: limit = SIZE_MAX; break;
    case MS_OPT_why_json: is_json = true; break;
    case MS_OPT_why_color: color = args.value; break;
    case MS_OPT_why_width:
      if (!ms_args_number(&args, 60, 10000, &width))
        return args.status;
      break;
    case MS_ARG_OPERAND:
      if (query)
        return ms_args_fail(&args, "a trace and one thing to ask about, got '%s' as well", args.value);
      *(path ? &query : &path) = args.value;
      break;
    default: return args.status;
    }
  if (!query)
    return ms_args_fail(&args, path ? "about what? expected a variable, FILE:LINE or 0xADDRESS" : "no trace given");
  struct ms_error err;
  struct ms_biography *biography = NULL;
  if (ms_biography_collect(path, query, limit, &biography, &err) != MS_OK)
    return ms_cli_fail(&err);
  const struct ms_report_biography *report = ms_biography_report(biography);
  options.color = ms_terminal_color(STDOUT_FILENO, color);
  options.width = width ? (unsigned)width : ms_terminal_width(STDOUT_FILENO);
  if (is_json)
    ms_biography_json(report, stdout);
  else
    ms_render_biography(report, &options, stdout);
  ms_cli_warn_damage(ms_biography_trace(biography));
  ms_biography_free(biography);
  return ms_cli_finish(MS_OK);
}
