/* cmd_version.c - `memscope version`.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>

#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "memscope/abi.h"
#include "memscope/trace_format.h"

int ms_cmd_version(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;) {
    if (opt == MS_ARG_STOP)
      return args.status;
    return ms_args_fail(&args, "takes no operands, got '%s'", args.value);
  }
  printf("memscope %s (trace format %d.%d, ABI %d)\n", MEMSCOPE_VERSION, MS_TRACE_VERSION_MAJOR,
         MS_TRACE_VERSION_MINOR, MS_ABI_VERSION);
  return ms_cli_finish(MS_OK);
}
