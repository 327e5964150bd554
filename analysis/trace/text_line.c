/* text_line.c - see text_line.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A line is unescaped in place: what comes out is never longer than what went in.
 */
#include "analysis/trace/text_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum ms_status ms_line_fail(struct ms_line *line, const char *fmt, ...) {
  if (line->status != MS_OK)
    return line->status;
  char text[512];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  line->status = ms_error_set(line->err, MS_ERR_INPUT, "line %zu: %s", line->number, text);
  return line->status;
}

static int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* Unescapes the quoted string at *TEXT (behind its opening quote) into *TO; both move on. */
static bool unquote(struct ms_line *line, char **text, char **to) {
  char *s = *text, *d = *to;
  for (; *s != '"'; s++) {
    if (*s == '\0') {
      ms_line_fail(line, "a string without its closing quote");
      return false;
    }
    if (*s != '\\') {
      *d++ = *s;
      continue;
    }
    s++;
    int high = *s == 'x' ? hex_digit(s[1]) : 0;
    int low = *s == 'x' && high >= 0 ? hex_digit(s[2]) : 0;
    if (*s == 'n') {
      *d++ = '\n';
    } else if (*s == 't') {
      *d++ = '\t';
    } else if (*s == '"' || *s == '\\') {
      *d++ = *s;
    } else if (*s == 'x' && high >= 0 && low >= 0 && high + low > 0) {
      *d++ = (char)(high << 4 | low);
      s += 2;
    } else {
      ms_line_fail(line, "unknown escape in a string, expected \\\" \\\\ \\n \\t or \\xHH other than \\x00");
      return false;
    }
  }
  *text = s + 1;
  *to = d;
  return true;
}

static bool is_key_char(char c) { return (c >= 'a' && c <= 'z') || c == '-'; }

enum ms_status ms_line_parse(struct ms_line *line, char *text, size_t len, size_t number, struct ms_error *err) {
  line->number = number;
  line->count = line->next_word = 0;
  line->status = MS_OK;
  line->err = err;
  if (strlen(text) != len)
    return ms_line_fail(line, "a NUL byte, expected text");
  for (char *s = text;;) {
    while (is_blank(*s))
      s++;
    if (*s == '\0' || *s == '#')
      return MS_OK;
    if (line->count == MS_LINE_FIELDS_MAX)
      return ms_line_fail(line, "more than %u fields", MS_LINE_FIELDS_MAX);
    struct ms_line_field *field = &line->fields[line->count++];
    field->key = NULL;
    field->is_used = false;
    char *end = s;
    while (is_key_char(*end))
      end++;
    if (*end == '=' && end > s) {
      *end = '\0';
      field->key = s;
      s = end + 1;
    }
    field->value = s;
    char *d = s;
    if (*s == '"') {
      s++;
      if (!unquote(line, &s, &d))
        return line->status;
      if (*s && !is_blank(*s))
        return ms_line_fail(line, "'%c' behind a string, expected a blank", *s);
    } else {
      while (*s && !is_blank(*s)) {
        if (*s == '"' || *s == '\\')
          return ms_line_fail(line, "'%c' inside a word, quote the whole string", *s);
        s++;
      }
      d = s;
    }
    bool is_last = *s == '\0';
    s += !is_last;
    *d = '\0';
    if (is_last)
      return MS_OK;
  }
}

const char *ms_line_word(struct ms_line *line, const char *what) {
  for (; line->next_word < line->count; line->next_word++) {
    struct ms_line_field *field = &line->fields[line->next_word];
    if (!field->key) {
      line->next_word++;
      field->is_used = true;
      return field->value;
    }
  }
  ms_line_fail(line, "%s is missing", what);
  return "";
}

static struct ms_line_field *find(struct ms_line *line, const char *key) {
  for (size_t i = 0; i < line->count; i++) {
    struct ms_line_field *field = &line->fields[i];
    if (field->key && !field->is_used && strcmp(field->key, key) == 0) {
      field->is_used = true;
      return field;
    }
  }
  return NULL;
}

bool ms_line_has(const struct ms_line *line, const char *key) {
  for (size_t i = 0; i < line->count; i++)
    if (line->fields[i].key && strcmp(line->fields[i].key, key) == 0)
      return true;
  return false;
}

const char *ms_line_string(struct ms_line *line, const char *key, const char *otherwise) {
  struct ms_line_field *field = find(line, key);
  if (!field)
    return otherwise;
  if (strlen(field->value) > 65535)
    ms_line_fail(line, "%s: a string of %zu bytes, expected at most 65535", key, strlen(field->value));
  return field->value;
}

bool ms_line_is_number(const char *text) { return text[0] >= '0' && text[0] <= '9'; }

uint64_t ms_line_to_number(struct ms_line *line, const char *what, const char *text, uint64_t most) {
  unsigned base = text[0] == '0' && text[1] == 'x' ? 16 : 10;
  const char *s = base == 16 ? text + 2 : text;
  uint64_t value = 0;
  bool is_good = *s != '\0', fits = true;
  for (; *s && is_good; s++) {
    int digit = hex_digit(*s);
    is_good = digit >= 0 && (unsigned)digit < base;
    fits &= !__builtin_mul_overflow(value, base, &value);
    fits &= !__builtin_add_overflow(value, (uint64_t)(digit < 0 ? 0 : digit), &value);
  }
  if (!is_good) {
    ms_line_fail(line, "%s: got '%s', expected a number", what, text);
    return 0;
  }
  if (!fits || value > most) {
    ms_line_fail(line, "%s: got %s, expected at most %llu", what, text, (unsigned long long)most);
    return 0;
  }
  return value;
}

uint64_t ms_line_number(struct ms_line *line, const char *key, uint64_t most, uint64_t otherwise) {
  struct ms_line_field *field = find(line, key);
  return field ? ms_line_to_number(line, key, field->value, most) : otherwise;
}

static uint32_t name_or_number(struct ms_line *line, const char *key, const char *text,
                               const struct ms_name *list, uint32_t most) {
  uint32_t value = 0;
  if (ms_line_is_number(text))
    return (uint32_t)ms_line_to_number(line, key, text, most);
  if (!ms_name_value(list, text, &value)) {
    char names[384] = "";
    for (const struct ms_name *n = list; n->name; n++) {
      size_t used = strlen(names);
      snprintf(names + used, sizeof names - used, " %s,", n->name);
    }
    ms_line_fail(line, "%s: got '%s', expected one of%s or a number", key, text, names);
  }
  return value;
}

uint32_t ms_line_name(struct ms_line *line, const char *key, const struct ms_name *list, uint32_t most,
                      uint32_t otherwise) {
  struct ms_line_field *field = find(line, key);
  return field ? name_or_number(line, key, field->value, list, most) : otherwise;
}

char *ms_line_next_item(char **list) {
  char *item = *list;
  if (!item)
    return NULL;
  char *comma = strchr(item, ',');
  *list = comma ? comma + 1 : NULL;
  if (comma)
    *comma = '\0';
  return item;
}

uint32_t ms_line_flags(struct ms_line *line, const char *key, const struct ms_name *list, uint32_t most) {
  struct ms_line_field *field = find(line, key);
  uint32_t flags = 0;
  char *rest = field ? field->value : NULL;
  for (char *item; line->status == MS_OK && (item = ms_line_next_item(&rest));)
    flags |= name_or_number(line, key, item, list, most);
  return flags;
}

enum ms_status ms_line_finish(struct ms_line *line) {
  for (size_t i = 0; i < line->count && line->status == MS_OK; i++) {
    const struct ms_line_field *field = &line->fields[i];
    if (field->is_used)
      continue;
    if (field->key)
      ms_line_fail(line, "unknown or repeated key '%s'", field->key);
    else
      ms_line_fail(line, "got '%s', expected the end of the line or key=value", field->value);
  }
  return line->status;
}
