/* rt_options.c - parse MEMSCOPE_OPTIONS.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Runs once, before the first event, without allocating. A program must start whatever
 * the variable holds: a bad value is a warning, never an error.
 */
#include "runtime/rt_options.h"

#include <string.h>

#include "runtime/rt_fmt.h"

struct msrt_options msrt_options;

enum option_type { BOOL, UINT, SIZE, TEXT };

struct option {
  const char *name;
  enum option_type type;
  void *value;
  uint64_t min, max;
  const char *expected;
};

static const struct option options[] = {
#define MSRT_OPTION(name, type, def, min, max, value, help) \
  {#name, type, &msrt_options.name, min, max, value},
#include "runtime/rt_options.def"
};

static void set_defaults(void) {
#define DEFAULT_TEXT(name, def) memcpy(msrt_options.name, def, sizeof def)
#define DEFAULT_BOOL(name, def) msrt_options.name = def
#define DEFAULT_UINT(name, def) msrt_options.name = def
#define DEFAULT_SIZE(name, def) msrt_options.name = def
#define MSRT_OPTION(name, type, def, min, max, value, help) DEFAULT_##type(name, def);
#include "runtime/rt_options.def"
}

/* A decimal number of LEN characters, with a unit if UNITS; false if it is not one. */
static bool parse_number(const char *text, size_t len, bool units, uint64_t *ret_number) {
  uint64_t number = 0;
  size_t i = 0;
  for (; i < len && text[i] >= '0' && text[i] <= '9'; i++)
    if (__builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, (uint64_t)(text[i] - '0'), &number))
      return false;
  if (i == 0)
    return false;
  if (units && i + 1 == len) {
    static const char letters[] = "KMGT";
    for (unsigned unit = 0; unit < 4; unit++)
      if ((text[i] & ~0x20) == letters[unit]) {
        if (__builtin_mul_overflow(number, 1ull << (10 * (unit + 1)), &number))
          return false;
        i++;
        break;
      }
  }
  if (i != len)
    return false;
  *ret_number = number;
  return true;
}

static bool set(const struct option *option, const char *value, size_t len) {
  uint64_t number;
  switch (option->type) {
  case TEXT:
    if (len >= MSRT_OPTION_TEXT_MAX)
      return false;
    memcpy(option->value, value, len);
    ((char *)option->value)[len] = 0;
    return true;
  case SIZE:
    if (!parse_number(value, len, true, &number))
      return false;
    *(uint64_t *)option->value = number;
    return true;
  case BOOL:
  case UINT:
    if (!parse_number(value, len, false, &number) || number < option->min || number > option->max)
      return false;
    if (option->type == BOOL)
      *(bool *)option->value = number != 0;
    else
      *(uint32_t *)option->value = (uint32_t)number;
    return true;
  }
  return false;
}

static void read_one(const char *text, size_t len) {
  const char *equals = memchr(text, '=', len);
  size_t name_len = equals ? (size_t)(equals - text) : len;
  char shown[64];
  struct msrt_text copy;
  msrt_text_init(&copy, shown, sizeof shown);
  msrt_text_mem(&copy, text, len);
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    const struct option *option = &options[i];
    if (strlen(option->name) != name_len || memcmp(option->name, text, name_len) != 0)
      continue;
    if (!equals || !set(option, equals + 1, len - name_len - 1))
      msrt_say("MEMSCOPE_OPTIONS: ", shown, ": ignored, expected ", option->expected, NULL);
    return;
  }
  msrt_say("MEMSCOPE_OPTIONS: ", shown, ": unknown option, ignored", NULL, NULL);
}

void msrt_options_read(const char *text) {
  set_defaults();
  while (text && *text) {
    size_t len = 0;
    while (text[len] && text[len] != ':')
      len++;
    if (len)
      read_one(text, len);
    text += len + (text[len] == ':');
  }
}
