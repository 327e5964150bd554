/* cmd_help.c - `memscope help` and every command's --help, from the two tables.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "driver/cli/args.h"
#include "driver/cli/cli.h"

void ms_cli_help(FILE *out) {
  fprintf(out,
          "usage: memscope COMMAND [OPTION...] [OPERAND...]\n"
          "\n"
          "Names the memory of C and C++ programs: which variable holds each block.\n"
          "Compile with memscope-cc instead of cc, then:\n"
          "\n");
  for (const struct ms_command *c = ms_commands; c->name; c++)
    fprintf(out, "  %-11s %s\n", c->name, c->help);
  fprintf(out, "\n'memscope COMMAND --help' shows the options of a command.\n");
}

/* Prints TEXT from column INDENT on, broken at spaces before column 80. */
static void print_help_text(FILE *out, size_t column, size_t indent, const char *text) {
  fprintf(out, "%*s", (int)(column < indent ? indent - column : 1), "");
  column = column < indent ? indent : column + 1;
  while (*text) {
    size_t word = strcspn(text, " ");
    if (column > indent && column + 1 + word > 80) {
      fprintf(out, "\n%*s", (int)indent, "");
      column = indent;
    } else if (column > indent) {
      fputc(' ', out);
      column++;
    }
    fwrite(text, 1, word, out);
    column += word;
    text += word + (text[word] == ' ');
  }
  fputc('\n', out);
}

void ms_cli_help_command(FILE *out, const struct ms_command *command) {
  const size_t indent = 26;
  fprintf(out, "usage: memscope %s [OPTION...]%s%s\n\nmemscope %s: %s\n\noptions:\n", command->name,
          command->operands[0] ? " " : "", command->operands, command->name, command->help);
  for (const struct ms_option *o = ms_options; o->command; o++) {
    if (strcmp(o->command, command->name) != 0)
      continue;
    char letter[8] = "    ", text[128];
    if (o->letter)
      snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int n = snprintf(text, sizeof text, "  %s--%s%s%s", letter, o->name, !o->arg ? "" : o->arg[0] == '[' ? "[=" : "=",
                     !o->arg ? "" : o->arg + (o->arg[0] == '['));
    fputs(text, out);
    if ((size_t)n >= indent) {
      fputc('\n', out);
      n = 0;
    }
    print_help_text(out, (size_t)n, indent, o->help);
  }
  fprintf(out, "  -h, --help");
  print_help_text(out, 12, indent, "show this text");
}

int ms_cmd_help(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  const struct ms_command *command = NULL;
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;) {
    if (opt == MS_ARG_STOP)
      return args.status;
    if (command)
      return ms_args_fail(&args, "one command at a time, got '%s' as well", args.value);
    command = ms_command_find(args.value);
    if (!command)
      return ms_args_fail(&args, "unknown command '%s'", args.value);
  }
  if (command)
    ms_cli_help_command(stdout, command);
  else
    ms_cli_help(stdout);
  return ms_cli_finish(MS_OK);
}
