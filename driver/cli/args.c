/* args.c - see args.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Not getopt_long: its messages go to stderr in their own form, it accepts abbreviations
 * (which turn into errors when an option is added), and it knows no near misses.
 */
#include "driver/cli/args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "driver/cli/cli.h"

const struct ms_option ms_options[] = {
#define MS_OPTION(command, id, name, letter, arg, values, help) \
  {#command, name, letter, arg, values, help, MS_OPT_##command##_##id},
#include "driver/cli/options.def"
    {NULL, NULL, 0, NULL, NULL, NULL, MS_ARG_END},
};

enum { NEAREST_MAX = 32 };

/* Edit distance with swaps of neighbours, of words shorter than NEAREST_MAX. */
static unsigned distance(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b);
  if (n >= NEAREST_MAX || m >= NEAREST_MAX)
    return NEAREST_MAX;
  unsigned rows[3][NEAREST_MAX + 1];
  unsigned *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= m; j++)
    last[j] = (unsigned)j;
  for (size_t i = 1; i <= n; i++) {
    now[0] = (unsigned)i;
    for (size_t j = 1; j <= m; j++) {
      unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best)
        best = last[j] + 1;
      if (now[j - 1] + 1 < best)
        best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      now[j] = best;
    }
    unsigned *spare = before;
    before = last;
    last = now;
    now = spare;
  }
  return last[m];
}

const char *ms_args_nearest(const char *word, const char *const *list) {
  const char *best = NULL;
  unsigned best_distance = (unsigned)strlen(word) / 3 + 2;
  for (; *list; list++) {
    unsigned d = strlen(word) >= 3 && strncmp(word, *list, strlen(word)) == 0 ? 0 : distance(word, *list);
    if (d < best_distance) {
      best_distance = d;
      best = *list;
    }
  }
  return best;
}

void ms_args_init(struct ms_args *args, int argc, char **argv) {
  *args = (struct ms_args){.command = argv[0], .argc = argc, .argv = argv, .index = 1};
}

int ms_args_fail(const struct ms_args *args, const char *fmt, ...) {
  char text[768];
  va_list list;
  va_start(list, fmt);
  vsnprintf(text, sizeof text, fmt, list);
  va_end(list);
  struct ms_error err;
  (void)ms_error_set(&err, MS_ERR_USAGE, "%s: %s (see 'memscope %s --help')", args->command, text, args->command);
  return ms_cli_fail(&err);
}

static int stop(struct ms_args *args, int status) {
  args->status = status;
  return MS_ARG_STOP;
}

static int unknown(struct ms_args *args, const char *name) {
  const char *names[64];
  size_t count = 0;
  for (const struct ms_option *o = ms_options; o->command; o++)
    if (strcmp(o->command, args->command) == 0 && count < sizeof names / sizeof *names - 2)
      names[count++] = o->name;
  names[count++] = "help";
  names[count] = NULL;
  const char *near = ms_args_nearest(name, names);
  if (near)
    return stop(args, ms_args_fail(args, "unknown option '--%s', did you mean '--%s'?", name, near));
  return stop(args, ms_args_fail(args, "unknown option '--%s'", name));
}

static bool value_allowed(const char *value, const char *values) {
  size_t n = strlen(value);
  for (const char *at = values; n && (at = strstr(at, value)) != NULL; at++)
    if ((at == values || at[-1] == '|') && (at[n] == '|' || at[n] == '\0'))
      return true;
  return false;
}

/* The option was recognised; INLINE_VALUE is what followed in the same word, or NULL. */
static int take(struct ms_args *args, const struct ms_option *option, const char *inline_value) {
  args->value = inline_value;
  if (!option->arg) {
    if (inline_value)
      return stop(args, ms_args_fail(args, "option '--%s' takes no value, got '%s'", option->name, inline_value));
    return option->id;
  }
  if (!args->value && option->arg[0] == '[')
    return option->id;
  if (!args->value) {
    if (args->index >= args->argc)
      return stop(args, ms_args_fail(args, "option '--%s' needs a value (%s)", option->name, option->arg));
    args->value = args->argv[args->index++];
  }
  if (option->values && !value_allowed(args->value, option->values))
    return stop(args, ms_args_fail(args, "--%s: got '%s', expected %s", option->name, args->value, option->values));
  return option->id;
}

static int help(struct ms_args *args) {
  ms_cli_help_command(stdout, ms_command_find(args->command));
  return stop(args, ms_cli_finish(MS_OK));
}

static int long_option(struct ms_args *args, const char *word) {
  const char *equals = strchr(word, '=');
  size_t len = equals ? (size_t)(equals - word) : strlen(word);
  if (len == 4 && strncmp(word, "help", 4) == 0)
    return help(args);
  for (const struct ms_option *o = ms_options; o->command; o++)
    if (strcmp(o->command, args->command) == 0 && strlen(o->name) == len && strncmp(o->name, word, len) == 0)
      return take(args, o, equals ? equals + 1 : NULL);
  char name[64];
  snprintf(name, sizeof name, "%.*s", (int)len, word);
  return unknown(args, name);
}

static int short_option(struct ms_args *args, const char *word) {
  if (*word == 'h')
    return help(args);
  for (const struct ms_option *o = ms_options; o->command; o++)
    if (strcmp(o->command, args->command) == 0 && o->letter == *word) {
      if (!o->arg && word[1])
        return stop(args, ms_args_fail(args, "option '-%c' takes no value, got '%s'", *word, word + 1));
      return take(args, o, word[1] ? word + 1 : NULL);
    }
  return stop(args, ms_args_fail(args, "unknown option '-%s'", word));
}

int ms_args_next(struct ms_args *args) {
  if (args->index >= args->argc)
    return MS_ARG_END;
  const char *word = args->argv[args->index++];
  if (args->only_operands || word[0] != '-' || word[1] == '\0') {
    args->value = word;
    return MS_ARG_OPERAND;
  }
  if (word[1] != '-')
    return short_option(args, word + 1);
  if (word[2] == '\0') {
    args->only_operands = true;
    return ms_args_next(args);
  }
  return long_option(args, word + 2);
}

int ms_args_rest(struct ms_args *args) {
  int first = args->index;
  args->index = args->argc;
  return first;
}

bool ms_args_number(struct ms_args *args, uint64_t min, uint64_t max, uint64_t *ret) {
  char *end = NULL;
  errno = 0;
  unsigned long long n = strtoull(args->value, &end, 10);
  if (errno || end == args->value || *end || *args->value == '-' || n < min || n > max) {
    stop(args, ms_args_fail(args, "got '%s', expected a number from %llu to %llu", args->value,
                            (unsigned long long)min, (unsigned long long)max));
    return false;
  }
  *ret = n;
  return true;
}
