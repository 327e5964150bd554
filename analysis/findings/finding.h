/* finding.h - one finding: what is wrong, with whose memory, where, and how it is known.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Checks (check_*.c) fill these in; report/ turns them into the document, render/ into text,
 * SARIF and the rest. A finding holds ids of its trace and numbers, and short texts that
 * are parts of sentences; it has no layout. Sites that are the same for many blocks give one
 * finding with a count.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_FINDING_H
#define MEMSCOPE_ANALYSIS_FINDINGS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/model/copy_labels.h" /* enum ms_fact_source: how something is known */
#include "analysis/trace/trace.h"

enum ms_finding_kind {
#define MS_FINDING(NAME, name, severity, noun, text) MS_FINDING_##NAME,
#include "analysis/findings/finding_kinds.def"
  MS_FINDING_KINDS
};

enum ms_severity { MS_SEVERITY_ERROR, MS_SEVERITY_WARNING, MS_SEVERITY_NOTE };

/* What a step of a finding's story is. */
enum ms_step_role {
  MS_STEP_ALLOCATED, /* the block was born */
  MS_STEP_COPIED,    /* a slot got the pointer */
  MS_STEP_FREED,
  MS_STEP_LOST,      /* LOST-AT: the last pointer vanished: why says how */
  MS_STEP_HELD,      /* still held by this slot */
  MS_STEP_USED,      /* the access, the second free, the bad free */
  MS_STEP_GREW,
  MS_STEP_NOTICED    /* what had happened before was found out: text says what */
};

/* One place in the story, in order of time. */
struct ms_finding_step {
  enum ms_step_role role;
  uint64_t event, time;     /* 0: no event (a fact of the end of the trace) */
  ms_context_id context;    /* stack; 0 none */
  ms_site_id site;          /* file, line, path of the slot; 0 none */
  uint32_t line;            /* of the same file and function, if it is not the site's; else 0 */
  char *slot;               /* the slot in the program's words: "cache.entries[].buf"; may be NULL */
  char *text;               /* what happened there: "overwritten", "went out of scope"; may be NULL */
  enum ms_fact_source source;
};

struct ms_finding {
  enum ms_finding_kind kind;
  enum ms_severity severity;
  enum ms_fact_source source;    /* the weakest of what it rests on */
  double confidence;        /* 0..1; 1 for captured and static */
  uint64_t support, against; /* observations behind an inferred one */
  const char *rule;         /* name of the rule that concluded it; NULL if captured */
  char *title;              /* "48 bytes are lost: it->name was overwritten" */
  char *name, *type;        /* of the memory: "it->name", "char[]"; "" unknown */
  char *advice;             /* what to do; may be NULL */
  ms_site_id site;          /* primary location: where a person has to look first */
  ms_context_id context;    /* and its stack */
  uint64_t block;           /* id of the block that stands for all; 0 none */
  uint64_t blocks, bytes;   /* how many blocks and bytes it is about */
  uint64_t retained_blocks, retained_bytes; /* LEAK_REACHABLE: with what only these lead to; else 0 */
  struct ms_finding_step *steps;
  size_t step_count;
  char *path;               /* LEAK_REACHABLE: how to get there, "cache.entries[].buf"; else NULL */
  bool depends_on_blind_spot; /* would be stronger if all code were instrumented; text says which */
  char *blind_spot;
};

/* How much of the program was seen. */
struct ms_coverage {
  uint64_t blocks, blocks_compiled, blocks_followed; /* allocated at all; by a call in compiled code; with their pointers */
  uint64_t frees, frees_compiled;
  uint64_t words, words_stored; /* pointers in memory at exit, stacks left out; those that were seen to be stored */
  uint64_t functions_compiled;  /* that a site lies in, or that are described */
  uint64_t modules_compiled, modules_opaque; /* runtime libraries are neither */
  char *opaque_names;           /* "libfoo.so, libbar.so"; NULL: not looked at */
};

/* All findings of a trace, in order of severity, then of bytes. */
struct ms_findings {
  struct ms_finding *items;
  size_t count;
  struct ms_coverage coverage;
  uint64_t muted_blocks; /* followed no more from some time on: nothing is said about who held them */
};

const char *ms_finding_name(enum ms_finding_kind kind);        /* "leak.lost" */
const char *ms_finding_noun(enum ms_finding_kind kind);        /* "leak%s": %s is the plural's s */
const char *ms_finding_description(enum ms_finding_kind kind); /* one line */
enum ms_severity ms_finding_severity(enum ms_finding_kind kind);
/* False if NAME is none. A name that ends before a dot ("leak") is no kind: see
 * ms_finding_matches. */
bool ms_finding_from_name(const char *name, enum ms_finding_kind *ret_kind);
/* Whether PATTERN ("leak", "leak.lost", "*") covers KIND. */
bool ms_finding_matches(const char *pattern, enum ms_finding_kind kind);

void ms_findings_free(struct ms_findings *findings);

#endif
