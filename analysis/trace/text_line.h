/* text_line.h - one line of the text form: words and key=value pairs.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The getters mark what they read; ms_line_finish complains about what nobody asked for, so
 * a misspelt key is an error. The first error sticks, with the line number in front; after
 * it getters return their defaults.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_TEXT_LINE_H
#define MEMSCOPE_ANALYSIS_TRACE_TEXT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/trace/trace_names.h"
#include "support/error.h"

#define MS_LINE_FIELDS_MAX 32u

struct ms_line_field {
  const char *key; /* NULL: a word */
  char *value;     /* unescaped */
  bool is_used;
};

struct ms_line {
  size_t number;
  size_t count, next_word;
  enum ms_status status;
  struct ms_error *err;
  struct ms_line_field fields[MS_LINE_FIELDS_MAX];
};

/* Splits TEXT (LEN bytes and a NUL; changed in place, and it must outlive LINE). A line
 * without fields has count 0. */
MS_NODISCARD enum ms_status ms_line_parse(struct ms_line *line, char *text, size_t len, size_t number,
                                          struct ms_error *err);

/* The next word that is not part of a pair; an error saying WHAT was expected when there is none. */
const char *ms_line_word(struct ms_line *line, const char *what);

bool ms_line_has(const struct ms_line *line, const char *key);
const char *ms_line_string(struct ms_line *line, const char *key, const char *otherwise);
uint64_t ms_line_number(struct ms_line *line, const char *key, uint64_t most, uint64_t otherwise);

/* A name of LIST or a number up to MOST. */
uint32_t ms_line_name(struct ms_line *line, const char *key, const struct ms_name *list, uint32_t most,
                      uint32_t otherwise);

/* Names of LIST or numbers, joined by commas. */
uint32_t ms_line_flags(struct ms_line *line, const char *key, const struct ms_name *list, uint32_t most);

/* TEXT, which belongs to WHAT, as a number up to MOST; 0 after an error. */
uint64_t ms_line_to_number(struct ms_line *line, const char *what, const char *text, uint64_t most);

/* Whether TEXT begins as a number does. */
bool ms_line_is_number(const char *text);

/* Cuts the first of a comma-joined list off *LIST (changed in place); NULL at the end. */
char *ms_line_next_item(char **list);

/* Sets the line's error unless it has one; returns its status. */
enum ms_status ms_line_fail(struct ms_line *line, const char *fmt, ...) MS_PRINTF(2, 3);

/* Complains about fields that were not read; returns the line's status. */
MS_NODISCARD enum ms_status ms_line_finish(struct ms_line *line);

#endif
