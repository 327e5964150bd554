/* own_options.c - see own_options.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names, help and messages all come from own_options.def and levels.def.
 */
#include "driver/cc/own_options.h"

#include <ctype.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum option_id {
#define MS_CC_OPTION(NAME, spelling, value, help) OPT_##NAME,
#include "driver/cc/own_options.def"
};

static const struct {
  const char *spelling, *value, *help;
} options[] = {
#define MS_CC_OPTION(NAME, spelling, value, help) {spelling, value, help},
#include "driver/cc/own_options.def"
};

static const struct {
  const char *name;
  bool is_default;
  const char *help;
} levels[] = {
#define MS_LEVEL(name, is_default, help) {name, is_default, help},
#include "driver/cc/levels.def"
};

const char *ms_cc_default_level(void) {
  for (size_t i = 0; i < COUNT(levels); i++)
    if (levels[i].is_default)
      return levels[i].name;
  return "";
}

/* Writes to TEXT of SIZE bytes the names of all levels. */
static void list_levels(char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < COUNT(levels); i++)
    if (used < size)
      used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
                               levels[i].name);
}

static enum ms_status set_level(struct ms_cc_scan *scan, const char *name, struct ms_error *err) {
  char list[128];
  for (size_t i = 0; i < COUNT(levels); i++) {
    if (strcmp(levels[i].name, name) != 0)
      continue;
    scan->level = levels[i].name;
    scan->is_off = false;
    return MS_OK;
  }
  list_levels(list, sizeof list);
  return ms_error_set(err, MS_ERR_USAGE, "unknown level '%.64s' in -fmemscope=; levels: %s", name,
                      list);
}

/* The pass parses the value for good; here only what a typing slip gives. */
static enum ms_status add_alloc(struct ms_cc_scan *scan, const char *spec, struct ms_error *err) {
  if (!isalpha((unsigned char)spec[0]) && spec[0] != '_')
    return ms_error_set(err, MS_ERR_USAGE,
                        "-fmemscope-alloc=%.64s: a function name is expected, as in "
                        "-fmemscope-alloc=my_alloc:0,my_free",
                        spec);
  ms_arg_list_add(&scan->alloc, spec);
  return MS_OK;
}

static enum ms_status unknown_option(const char *word, struct ms_error *err) {
  char list[512];
  size_t used = 0;
  for (size_t i = 0; i < COUNT(options) && used < sizeof list; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s%s", used ? ", " : "",
                             options[i].spelling, options[i].value);
  return ms_error_set(err, MS_ERR_USAGE, "unknown option '%.64s'; the options are: %s", word, list);
}

enum ms_status ms_cc_own_option(struct ms_cc_scan *scan, const char *word, struct ms_error *err) {
  const char *value = NULL;
  size_t found = COUNT(options);
  for (size_t i = 0; i < COUNT(options) && found == COUNT(options); i++) {
    size_t n = strlen(options[i].spelling);
    bool takes_value = options[i].spelling[n - 1] == '=';
    if (takes_value ? strncmp(word, options[i].spelling, n) == 0
                    : strcmp(word, options[i].spelling) == 0) {
      found = i;
      value = word + n;
    }
  }
  if (found == COUNT(options))
    return unknown_option(word, err);
  switch ((enum option_id)found) {
  case OPT_DEFAULT:
    return set_level(scan, ms_cc_default_level(), err);
  case OPT_LEVEL:
    return set_level(scan, value, err);
  case OPT_OFF:
    scan->is_off = true;
    break;
  case OPT_ALLOC:
    return add_alloc(scan, value, err);
  case OPT_CLANG:
    if (!*value)
      return ms_error_set(err, MS_ERR_USAGE, "--memscope-clang= needs a path");
    scan->clang = value;
    break;
  case OPT_PRINT:
    scan->print_command = true;
    break;
  case OPT_VERSION:
    scan->print_version = true;
    break;
  case OPT_HELP:
    scan->print_help = true;
    break;
  }
  return MS_OK;
}

void ms_cc_print_help(FILE *out) {
  fputs("usage: memscope-cc [option | clang option | file]...\n"
        "       memscope-c++ ...\n"
        "\n"
        "Runs clang with the MemScope plug-in, and links the MemScope runtime. Takes all\n"
        "that clang takes, and:\n"
        "\n",
        out);
  for (size_t i = 0; i < COUNT(options); i++) {
    int width = fprintf(out, "  %s%s", options[i].spelling, options[i].value);
    fprintf(out, "%*s%s\n", width < 28 ? 28 - width : 1, "", options[i].help);
  }
  fputs("\nlevels:\n", out);
  for (size_t i = 0; i < COUNT(levels); i++)
    fprintf(out, "  %-8s%s%s\n", levels[i].name, levels[i].help,
            levels[i].is_default ? " (default)" : "");
  fputs("\nenvironment:\n"
        "  MEMSCOPE_CLANG    the clang to run, when --memscope-clang= is not given\n"
        "  MEMSCOPE_LIB_DIR  where the plug-ins and the runtime are, when not in ../lib/memscope\n",
        out);
}
