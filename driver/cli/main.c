/* main.c - the memscope command: finds the command and runs it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The only place that prints errors and warnings. Exit status: 0 fine, 1 findings, 2 usage,
 * 3 bad input, 4 the system refused, 5 our own mistake; `memscope run` ends as the program did.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "support/text.h"

const struct ms_command ms_commands[] = {
#define MS_COMMAND(name, operands, help) {#name, operands, help, ms_cmd_##name},
#include "driver/cli/commands.def"
    {NULL, NULL, NULL, NULL},
};

const struct ms_command *ms_command_find(const char *name) {
  for (const struct ms_command *c = ms_commands; c->name; c++)
    if (strcmp(c->name, name) == 0)
      return c;
  return NULL;
}

static void complain(const char *what, const char *message) {
  char *safe = ms_text_escape(message);
  fflush(stdout);
  fprintf(stderr, "memscope: %s: %s\n", what, safe);
  free(safe);
}

int ms_cli_fail(const struct ms_error *err) {
  complain("error", err->message);
  return err->status;
}

void ms_cli_warn(const char *fmt, ...) {
  char text[1024];
  va_list list;
  va_start(list, fmt);
  vsnprintf(text, sizeof text, fmt, list);
  va_end(list);
  complain("warning", text);
}

int ms_cli_finish(int status) {
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout))
    return status;
  struct ms_error err;
  if (errno)
    (void)ms_error_errno(&err, errno, "cannot write to stdout");
  else /* an earlier write failed; why is forgotten */
    (void)ms_error_set(&err, MS_ERR_SYSTEM, "cannot write to stdout: not all of it arrived");
  return ms_cli_fail(&err);
}

static int unknown_command(const char *word) {
  const char *names[64];
  size_t count = 0;
  for (const struct ms_command *c = ms_commands; c->name && count < 63; c++)
    names[count++] = c->name;
  names[count] = NULL;
  const char *near = ms_args_nearest(word, names);
  struct ms_error err;
  if (near)
    (void)ms_error_set(&err, MS_ERR_USAGE, "unknown command '%s', did you mean '%s'?", word, near);
  else
    (void)ms_error_set(&err, MS_ERR_USAGE, "unknown command '%s' (see 'memscope help')", word);
  return ms_cli_fail(&err);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    ms_cli_help(stderr);
    return MS_ERR_USAGE;
  }
  const char *word = argv[1];
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
    word = "help";
  else if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
    word = "version";
  const struct ms_command *command = ms_command_find(word);
  if (!command)
    return unknown_command(word);
  argv[1] = (char *)command->name;
  return command->run(argc - 1, argv + 1);
}
