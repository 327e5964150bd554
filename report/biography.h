/* biography.h - the lives of single blocks, step by step, as plain data.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Filled in by analysis/summary/biography.c, printed by render/biography_text.c, written as
 * JSON here. Strings and arrays belong to who filled them in; no text is NULL.
 */
#ifndef MEMSCOPE_REPORT_BIOGRAPHY_H
#define MEMSCOPE_REPORT_BIOGRAPHY_H

#include "report/holders.h"
#include "report/report.h"

enum ms_step_kind {
  MS_STEP_HELD,     /* slot began to hold it: label, rule, source say how it came there */
  MS_STEP_BOUND,    /* slot is a variable that named it (level refs) */
  MS_STEP_RELEASED, /* slot no longer holds it: why */
  MS_STEP_PASSED,   /* handed to the function site.callee */
  MS_STEP_RETURNED, /* given back by the function of site */
  MS_STEP_COUNTED,  /* a counter in it became number */
  MS_STEP_NAMED,    /* memscope_name: text; or, with number 1, memscope_ignore */
  MS_STEP_CLONED,   /* it got the contents of block number (0: not tracked) */
  MS_STEP_MUTED,    /* copied too often: followed no more */
  MS_STEP_OVERRUN,  /* number bytes behind it were found to be overwritten: text */
  MS_STEP_MISUSED,  /* a bad access, at site: text */
};

struct ms_report_step {
  enum ms_step_kind kind;
  uint64_t event, number;
  double time;
  uint32_t thread;
  struct ms_report_site site; /* of the event */
  const char *callee, *text;
  struct ms_report_holder slot; /* HELD, BOUND, RELEASED; PASSED, RETURNED: where it was read from */
  bool has_slot;
  const char *label, *source, *rule; /* HELD: once it is decided */
  const char *from;                  /* HELD: the path of the slot that it was copied from */
  uint64_t from_event;               /* and the event at which that got it; 0 not known */
  const char *why;                   /* RELEASED */
};

struct ms_report_life {
  struct ms_report_held block; /* as it was at the end, or at its end */
  struct ms_report_stack birth_stack, end_stack;
  const char *birth_callee, *end_callee;
  uint32_t thread, end_thread;
  uint64_t predecessor, successor; /* ids, by realloc; 0 none */
  struct ms_report_holder freed_through;
  bool has_freed_through;
  struct ms_report_step *steps;
  size_t step_count;
  uint64_t omitted; /* steps left out in the middle */
  size_t omitted_at; /* before steps[omitted_at] */
};

enum { MS_NEAR_NAMES = 3 };

struct ms_report_biography {
  const char *query;
  enum { MS_ASKED_NAME, MS_ASKED_LINE, MS_ASKED_ADDRESS } asked;
  const char *near[MS_NEAR_NAMES]; /* names like the query's, if no block has that */
  size_t near_count;
  uint64_t matches; /* blocks that match, of which lives are shown */
  bool is_recorded;
  struct ms_report_life *lives;
  size_t life_count;
};

/* "held", "released" ... */
const char *ms_step_name(enum ms_step_kind kind);

/* Writes BIOGRAPHY as a JSON document (report.schema.json, `why`). */
void ms_biography_json(const struct ms_report_biography *biography, FILE *out);

#endif
