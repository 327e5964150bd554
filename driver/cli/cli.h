/* cli.h - what the commands of `memscope` share: prototypes, errors, help.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A command is int ms_cmd_NAME(int argc, char **argv): argv[0] is its name, the result is
 * the exit status (enum ms_status, 1 for findings). It parses its options with args.h,
 * writes its result to stdout, and ends with `return ms_cli_fail(&err)` when something
 * went wrong: no command prints an error itself.
 */
#ifndef MEMSCOPE_DRIVER_CLI_H
#define MEMSCOPE_DRIVER_CLI_H

#include <stdio.h>

#include "support/error.h"

#define MS_COMMAND(name, operands, help) int ms_cmd_##name(int argc, char **argv);
#include "driver/cli/commands.def"

struct ms_command {
  const char *name, *operands, *help;
  int (*run)(int argc, char **argv);
};

/* All commands in the order of commands.def; the last one has a NULL name. */
extern const struct ms_command ms_commands[];

/* The command called NAME, or NULL. */
const struct ms_command *ms_command_find(const char *name);

/* Prints `memscope: error: MESSAGE` to stderr, control characters escaped; returns the
 * exit status that belongs to ERR. */
int ms_cli_fail(const struct ms_error *err);

/* Prints `memscope: warning: MESSAGE` to stderr, control characters escaped. */
void ms_cli_warn(const char *fmt, ...) MS_PRINTF(1, 2);

/* Flushes stdout and returns STATUS, or an error's status if something that was written
 * there did not arrive (a full disk; a closed pipe is silent). */
int ms_cli_finish(int status);

/* Writes the list of commands, or the usage of COMMAND with its options, to OUT. */
void ms_cli_help(FILE *out);
void ms_cli_help_command(FILE *out, const struct ms_command *command);

#endif
