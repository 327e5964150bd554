/* findings.h - what is wrong, as the report holds it: findings, their story, their kinds.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Filled in by analysis/summary from what the checks found, or read back from a document
 * (findings_read.h). All strings are the report's, never NULL, and hold bytes of a trace.
 * A fact of source "inferred" has a confidence, a rule and counts of observations.
 */
#ifndef MEMSCOPE_REPORT_FINDINGS_H
#define MEMSCOPE_REPORT_FINDINGS_H

#include "report/report.h"

enum ms_report_severity { MS_REPORT_ERROR, MS_REPORT_WARNING, MS_REPORT_NOTE, MS_REPORT_SEVERITIES };

/* A kind of finding that was looked for. */
struct ms_report_kind {
  const char *name;                 /* "leak.lost" */
  const char *noun, *nouns;         /* "leak", "leaks" */
  const char *description;          /* one line */
  enum ms_report_severity severity;
};

/* A place in the source. */
struct ms_report_place {
  const char *function, *file, *dir; /* "" unknown; dir: where the compiler ran */
  uint32_t line, column;             /* 0 unknown; columns count bytes from 1 */
};

/* How the program came to a place: innermost function first. */
struct ms_report_trail {
  const struct ms_report_frame *frames;
  size_t count;
  bool cut; /* the program recorded no more frames */
};

/* One thing that happened, in order of time. */
struct ms_report_step {
  const char *role;   /* allocated, copied, freed, lost, held, used, grew */
  const char *slot;   /* "cache.entries[].buf", "" none */
  const char *text;   /* "overwritten", "" nothing to say */
  const char *source; /* captured, static, inferred */
  uint64_t event;     /* ordinal in the trace, 0 none */
  double time;        /* seconds after the start, -1 unknown */
  struct ms_report_place place;
  struct ms_report_trail trail;
};

struct ms_report_finding {
  const char *kind;       /* a name in the report's table of kinds */
  enum ms_report_severity severity;
  const char *title;      /* "4 bytes are lost: it->name was overwritten" */
  const char *name, *type; /* of the memory, "" unknown */
  const char *path;       /* how to get there from a root, "" none */
  const char *advice;     /* what to do, "" nothing to say */
  struct ms_report_place place; /* where a person has to look first */
  struct ms_report_trail trail;
  uint64_t block, blocks, bytes; /* the block that stands for all; what it is about */
  uint64_t retained_blocks, retained_bytes; /* with what only these lead to; blocks 0: not known */
  struct ms_report_step *steps;
  size_t step_count;
  const char *source;     /* captured, static, inferred */
  double confidence;      /* 0..1 */
  const char *rule;       /* "" if captured */
  uint64_t support, against;
  bool is_limited;        /* rests on a blind spot, which blind_spot names */
  const char *blind_spot;
  const char *fingerprint; /* the same in the next run: ms_fingerprint_findings */
  const char *suppressed;  /* the suppression that covers it, "" none */
};

const char *ms_severity_name(enum ms_report_severity severity); /* "error" */
bool ms_severity_parse(const char *name, enum ms_report_severity *ret);

/* From these on a confidence is "high", "medium"; below "low". */
#define MS_CONFIDENCE_HIGH 0.9
#define MS_CONFIDENCE_MEDIUM 0.6
const char *ms_confidence_label(double confidence);

/* Room for COUNT findings, or COUNT steps, with every string "". */
struct ms_report_finding *ms_report_new_findings(struct ms_report *report, size_t count);
struct ms_report_step *ms_report_new_steps(struct ms_report *report, size_t count);

/* Orders the findings, most important first, and gives each its fingerprint. */
void ms_report_arrange_findings(struct ms_report *report);

/* The kind called NAME, or NULL. */
const struct ms_report_kind *ms_report_kind_find(const struct ms_report *report, const char *name);

/* Whether one of the patterns in LIST ("leak,free.double,*.lost": separated by commas; a name
 * also covers all that begin with it and a dot) covers the kind NAME. */
bool ms_kind_matches(const char *list, const char *name);

#endif
