/* suppress.h - findings that somebody has looked at and accepted.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The file has LeakSanitizer's form: one KIND:PATTERN a line, # begins a comment line. KIND is a
 * kind of finding or the beginning of several ("leak", "free.double", "*"). PATTERN is a part of
 * the name of a function, file, variable or module of the finding; * stands for anything, ^
 * and $ for the name's beginning and end.
 */
#ifndef MEMSCOPE_REPORT_SUPPRESS_H
#define MEMSCOPE_REPORT_SUPPRESS_H

#include "report/findings.h"
#include "support/error.h"

struct ms_suppression {
  char *kinds, *pattern;
  char *text;       /* the line */
  const char *path; /* the file, as given */
  unsigned line;
  uint64_t matches;
};

struct ms_suppressions {
  struct ms_suppression *items;
  size_t count, capacity;
};

/* Adds the suppressions of the file at PATH, which must live as long as they. */
MS_NODISCARD enum ms_status ms_suppressions_read(struct ms_suppressions *list, const char *path, struct ms_error *err);
void ms_suppressions_fini(struct ms_suppressions *list);

/* Marks the findings of REPORT that one of LIST covers, and counts what each has covered. */
void ms_suppress(struct ms_suppressions *list, struct ms_report *report);

/* Whether PATTERN is found in TEXT. Takes time linear in TEXT's length for each * in PATTERN. */
bool ms_suppression_matches(const char *pattern, const char *text);

#endif
