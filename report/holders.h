/* holders.h - who holds which block at one moment, as plain data.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Filled in by analysis/summary/holders.c, printed by render/holders_text.c, written as JSON
 * here. Strings and arrays belong to who filled them in; no text is NULL, "" is unknown.
 */
#ifndef MEMSCOPE_REPORT_HOLDERS_H
#define MEMSCOPE_REPORT_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A point in the source and the slot that it names. */
struct ms_report_site {
  const char *path, *type, *field, *function, *file;
  uint32_t line, column;
};

struct ms_report_holder {
  struct ms_report_site site; /* of the store that put the pointer there */
  const char *where;          /* "variable", "heap", "stack", "module", "other" */
  const char *label, *rule;   /* what the copy was: "move", and the rule that says so */
  const char *module;         /* where it is "module": its path */
  uint64_t address;           /* of the slot; of a variable: its function's frame */
  uint64_t value, offset;     /* the pointer, and how far into the block it points */
  uint64_t event;
  uint64_t activation;        /* of a variable; 0 none */
  uint64_t container, container_offset; /* where it is "heap": block id */
  uint32_t thread;            /* where it is "stack" or "variable" */
  double time;
};

struct ms_report_vanished {
  struct ms_report_site site;    /* of what made the last pointer vanish */
  struct ms_report_holder slot;  /* the last holder */
  const char *why;               /* "overwritten" ... */
  uint64_t event;                /* 0: not lost */
  double time;
};

struct ms_report_held {
  struct ms_report_site site; /* of the birth */
  const char *name;           /* what to call it */
  uint64_t id, address, size;
  uint64_t event, end_event;  /* end_event 0: it lives */
  uint64_t clone_of;
  uint64_t retained_blocks, retained_bytes; /* with itself; blocks 0: nothing recorded leads to it */
  double time, end_time;
  struct ms_report_site end_site;
  bool was_held;
  struct ms_report_vanished lost;
  const struct ms_report_holder *holders;
  size_t holder_count;
  size_t first_holder; /* place of the first one among all holders of the moment */
};

struct ms_report_moment {
  const char *mark; /* "" at an event or at the end */
  uint64_t event;
  double time;
  bool is_end, is_recorded; /* is_recorded: the trace has pointer copies at all */
  const char *track, *levels;
  const struct ms_report_held *blocks; /* tracked and live, by id */
  size_t block_count;
  const struct ms_report_held *dangling; /* blocks that have ended and are still pointed at */
  size_t dangling_count;
};

/* Writes MOMENT as one line of JSON (holders.schema.json). */
void ms_moment_json(const struct ms_report_moment *moment, FILE *out);

#endif
