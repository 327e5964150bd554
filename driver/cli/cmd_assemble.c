/* cmd_assemble.c - `memscope assemble`: text to trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "analysis/trace/trace_assemble.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"

int ms_cmd_assemble(int argc, char **argv) {
  struct ms_args args;
  struct ms_error err;
  const char *in_path = NULL, *out_path = NULL;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_assemble_output: out_path = args.value; break;
    case MS_ARG_OPERAND:
      if (in_path)
        return ms_args_fail(&args, "one file at a time, got '%s' as well", args.value);
      in_path = args.value;
      break;
    case MS_ARG_STOP: return args.status;
    }
  if (!out_path && isatty(STDOUT_FILENO))
    return ms_args_fail(&args, "a trace is not for a terminal, expected -o FILE or a redirection");

  bool is_stdin = !in_path || strcmp(in_path, "-") == 0;
  FILE *in = is_stdin ? stdin : fopen(in_path, "re");
  if (!in) {
    (void)ms_error_errno(&err, errno, "%s", in_path);
    return ms_cli_fail(&err);
  }
  FILE *out = out_path ? fopen(out_path, "we") : stdout;
  if (!out) {
    (void)ms_error_errno(&err, errno, "%s", out_path);
    return ms_cli_fail(&err);
  }
  enum ms_status status = ms_trace_assemble(in, out, &err);
  if (out_path && fclose(out) != 0 && status == MS_OK)
    status = ms_error_errno(&err, errno, "%s", out_path);
  if (status == MS_OK)
    return ms_cli_finish(MS_OK);
  ms_error_prefix(&err, "%s: ", is_stdin ? "stdin" : in_path);
  if (out_path)
    unlink(out_path); /* half a trace is worse than none */
  return ms_cli_fail(&err);
}
