/* args.h - reads a command's options, by the table in options.def.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   struct ms_args args;
 *   ms_args_init(&args, argc, argv);
 *   for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
 *     switch (opt) {
 *     case MS_OPT_report_limit: ... args.value ...; break;
 *     case MS_ARG_OPERAND:      ... args.value ...; break;
 *     case MS_ARG_STOP:         return args.status;   (--help, or an error was printed)
 *     }
 *
 * Options and operands may be mixed; `--` ends the options; after ms_args_rest() the
 * words not yet read are the caller's. `--name=value`, `--name value`, `-n value`, `-nvalue`.
 */
#ifndef MEMSCOPE_DRIVER_CLI_ARGS_H
#define MEMSCOPE_DRIVER_CLI_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "support/error.h"

enum ms_arg {
  MS_ARG_END,
  MS_ARG_STOP,
  MS_ARG_OPERAND,
#define MS_OPTION(command, id, name, letter, arg, values, help) MS_OPT_##command##_##id,
#include "driver/cli/options.def"
};

struct ms_option {
  const char *command, *name;
  char letter;
  const char *arg, *values, *help;
  int id;
};

/* All options in the order of options.def; the last one has a NULL command. */
extern const struct ms_option ms_options[];

struct ms_args {
  const char *command;
  int argc, index;
  char **argv;
  const char *value; /* of the option or the operand just returned */
  int status;        /* what to exit with after MS_ARG_STOP */
  bool only_operands;
};

void ms_args_init(struct ms_args *args, int argc, char **argv);

/* The next option or operand: one of enum ms_arg. */
int ms_args_next(struct ms_args *args);

/* The position in argv of the first word that was not read; ends the reading. */
int ms_args_rest(struct ms_args *args);

/* Prints a usage error for ARGS' command with the advice to read its --help; returns
 * MS_ERR_USAGE. */
int ms_args_fail(const struct ms_args *args, const char *fmt, ...) MS_PRINTF(2, 3);

/* The value as a number between MIN and MAX into *RET; false after printing an error. */
bool ms_args_number(struct ms_args *args, uint64_t min, uint64_t max, uint64_t *ret);

/* The word of LIST (LAST entry NULL) nearest to WORD, or NULL when none is near. */
const char *ms_args_nearest(const char *word, const char *const *list);

#endif
