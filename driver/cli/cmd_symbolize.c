/* cmd_symbolize.c - `memscope symbolize`: makes a trace independent of its binaries.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `memscope run` does the same at its end; this is for traces that were recorded otherwise.
 */
#include <inttypes.h>

#include "analysis/trace/trace_finish.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"

int ms_cmd_symbolize(int argc, char **argv) {
  struct ms_args args;
  const char *path = NULL;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;) {
    if (opt == MS_ARG_STOP)
      return args.status;
    if (path)
      return ms_args_fail(&args, "one trace at a time, got '%s' as well", args.value);
    path = args.value;
  }
  if (!path)
    return ms_args_fail(&args, "which file? expected TRACE");
  struct ms_finish_result result;
  struct ms_error err;
  if (ms_trace_finish(path, MS_FINISH_TRIM | MS_FINISH_SYMBOLS, &result, &err) != MS_OK)
    return ms_cli_fail(&err);
  printf("%zu of %zu stack frames have a name; %zu open chunks sealed; %" PRIu64 " bytes, were %" PRIu64 "\n",
         result.named, result.frames, result.chunks_sealed, result.size_after, result.size_before);
  return ms_cli_finish(MS_OK);
}
