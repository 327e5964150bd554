/* evidence.h - what was observed about whom, how often, and how independently.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A subject is something that may own: a member, a global, a local variable, a parameter, a
 * result; or a counter in a structure. An observation is a small multiset of changes
 * ("the block's count went up by one, `struct pair.value` holds it once more") under the rule
 * that will judge it. It does not say yet who owns: what a change is worth depends on
 * what is concluded of other subjects, so observations are kept and judged at the end.
 *
 * Equal observations from the same unit are one with a count. A unit is where the call came
 * from and where the block was born: what a loop repeats is one unit. Memory grows with
 * subjects and units, which the program's text bounds, not with events.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_EVIDENCE_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/ownership/ownership.h"
#include "support/index.h"
#include "support/intern.h"

enum { MS_ITEMS_MAX = 12 };

/* Subjects that stand for what happens to a block. */
enum {
  MS_SUBJECT_NO,
  MS_SUBJECT_BIRTH,    /* the block began */
  MS_SUBJECT_FREED,    /* it ended */
  MS_SUBJECT_RETURNED, /* it is also what the function returned */
  MS_SUBJECT_ARGUMENT, /* it was also an argument; n: its number + 1 */
  MS_SUBJECT_LABEL,    /* n: enum ms_copy_label of the copy */
  MS_SUBJECT_PROVEN,   /* n: what the compiler says, MS_PROVEN_* */
  MS_SUBJECT_HANDED_OUT, /* a variable of a caller holds it, which the function put it into */
  MS_SUBJECT_IDLE,     /* no pointer was stored or cleared, nothing allocated, freed or counted meanwhile */
  MS_SUBJECT_GAVE,     /* a slot in memory got it from the one that is judged, and holds it */
  MS_SUBJECT_FOUND,    /* it was freed by somebody who had not got it from whom it was returned to */
  MS_SUBJECT_UNNAMED,  /* a slot in memory holds it of which nothing is known */
  MS_SUBJECT_FIRST_REAL
};
enum { MS_PROVEN_UNTOUCHED = 1, MS_PROVEN_FREED = 2, MS_PROVEN_STORED = 4, MS_PROVEN_PASSED = 8, MS_PROVEN_RETURNED = 16 };

struct ms_item {
  uint32_t subject;
  int32_t n;
};

struct ms_items {
  struct ms_item at[MS_ITEMS_MAX];
  uint32_t count;
  bool is_unclear; /* more than fits, or part of it is not known */
};

struct ms_observation {
  struct ms_items items;
  uint64_t unit;
  uint64_t count, blocks; /* blocks: how many different ones, when they come one after another */
  uint64_t last_block;
  uint64_t event; /* example */
  uint32_t trace;
  uint32_t subject;
  uint32_t next; /* of the same subject; + 1 */
  enum ms_ownership_rule_id rule;
};

struct ms_subject {
  enum ms_subject_kind kind;
  const char *function, *name, *type, *file, *declaration;
  const char *label; /* of a parameter: its name, which is not part of what it is known by */
  uint32_t line, index, flags;
  uint32_t pointers;        /* of a result: parameters of its function that are pointers */
  uint32_t function_subject; /* of a parameter: the result of its function; 0 unknown */
  uint32_t first;           /* observation + 1 */
  uint32_t observations;
  uint64_t unclear, dropped; /* observations that could not be kept */
  uint64_t lone, shared;     /* blocks that it held or was freed through, which never had, or had, a second slot in memory */
  uint64_t counted, plain;  /* blocks that it held which counted their references, or did not, when they ended */
  uint32_t counter;         /* the counter of one of them, a subject */
  uint64_t let_go, left;     /* times that it gave a block back to an older slot; that it pointed at a freed one for a while */
  bool is_instrumented;     /* functions, parameters, results: a module describes them */
  bool may_take;            /* parameters: the compiler says of each function of this name that it may free or store it */
  bool is_inside;           /* slots that point into the middle of blocks */
  bool is_countable;        /* it is declared to hold blocks with a counter of references */
  bool is_exercised;        /* it ran, or held something */
  struct ms_conclusion conclusion;
};

struct ms_evidence {
  struct ms_intern strings;
  struct ms_subject *subjects;
  uint32_t subject_count, subject_capacity;
  struct ms_index subject_index;
  struct ms_observation *observations;
  uint32_t observation_count, observation_capacity;
  struct ms_index observation_index;
};

void ms_evidence_init(struct ms_evidence *e);
void ms_evidence_fini(struct ms_evidence *e);

/* The string TEXT as long as the evidence lives; equal strings are one. */
const char *ms_evidence_text(struct ms_evidence *e, const char *text);

/* The subject of KIND; function and name: interned or "". */
uint32_t ms_evidence_subject(struct ms_evidence *e, enum ms_subject_kind kind, const char *function, const char *name,
                             uint32_t index);

void ms_items_add(struct ms_items *items, uint32_t subject, int32_t n);
/* How often SUBJECT is in ITEMS. */
int32_t ms_items_of(const struct ms_items *items, uint32_t subject);

/* One more observation of SUBJECT by RULE, of BLOCK (id; 0: none), from UNIT. */
void ms_evidence_add(struct ms_evidence *e, uint32_t subject, enum ms_ownership_rule_id rule, const struct ms_items *items,
                     uint64_t unit, uint64_t block, uint64_t event, uint32_t trace);

#endif
