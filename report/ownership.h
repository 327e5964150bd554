/* ownership.h - who owns what, as plain data.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Filled in by analysis/ownership/ownership_report.c, printed by render/ownership_text.c and
 * render/ownership_annotate.c, written as JSON here. Strings belong to who filled them in; no
 * text is NULL, "" is unknown.
 */
#ifndef MEMSCOPE_REPORT_OWNERSHIP_H
#define MEMSCOPE_REPORT_OWNERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ms_report_example {
  uint64_t event; /* 0: there is none */
  uint32_t trace; /* place in ms_report_ownership.traces */
};

struct ms_report_owner {
  const char *kind;        /* "field", "global", "local", "parameter", "result", "counter" */
  const char *function, *name, *type, *file, *declaration;
  uint32_t line, index;    /* index: of a parameter, from 0 */
  bool is_static;          /* the function is not visible outside its file */
  const char *verdict;     /* "owns", "takes", "returns-borrowed" ...; "unknown": it abstains */
  const char *why_not;     /* why it abstains */
  bool frees, stores, counts, returns; /* parameters and results: what was seen to be done with it */
  bool is_counted;
  int returned_argument;   /* -1 none */
  const char *compiler;    /* "may free" ... */
  const char *source, *rule, *label; /* label: "high" ... */
  double confidence;       /* of what is inferred */
  double weight_for, weight_against;
  uint64_t observed_for, observed_against;
  struct ms_report_example example_for, example_against;
};

struct ms_report_violation {
  const char *rule, *slot, *block, *function, *file;
  uint32_t line;
  uint64_t count;
  struct ms_report_example example;
};

struct ms_report_ownership {
  const char *const *traces;
  size_t trace_count;
  bool is_recorded, has_calls; /* pointer copies; functions that begin and return (level full) */
  struct ms_report_owner *facts; /* members, globals, locals, counters, then functions by name */
  size_t fact_count;
  struct ms_report_violation *violations;
  size_t violation_count;
};

/* Writes OWNERSHIP as one JSON document. */
void ms_ownership_json(const struct ms_report_ownership *ownership, FILE *out);

#endif
