/* copy_labels.h - what a copy of a pointer is: move, borrow or clone, and who says so.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The rules are in copy_rules.def, each in a file of its own (rule_*.c). A rule is a pure
 * function of the facts about one copy; the first in the list that has an answer decides.
 * Copies that need to know what happens next are decided at the next event that concerns
 * their block.
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_COPY_LABELS_H
#define MEMSCOPE_ANALYSIS_MODEL_COPY_LABELS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/trace/trace.h"

enum ms_copy_label {
  MS_LABEL_NONE,  /* not decided */
  MS_LABEL_BIRTH, /* the first holder of a fresh block: nothing is copied */
  MS_LABEL_MOVE,
  MS_LABEL_BORROW,
  MS_LABEL_CLONE,
  MS_LABEL_SAME /* the slot held the same block before: nothing changes hands */
};

enum ms_fact_source { MS_SOURCE_NONE, MS_SOURCE_CAPTURED, MS_SOURCE_STATIC, MS_SOURCE_INFERRED };

enum ms_copy_rule_id {
  MS_RULE_NONE,
#define MS_COPY_RULE(id, name) MS_RULE_##id,
#define MS_CLONE_RULE(id, name) MS_RULE_##id,
#include "analysis/model/copy_rules.def"
};

/* What happened to the block after the copy. */
enum ms_copy_next {
  MS_NEXT_UNKNOWN,      /* nothing so far */
  MS_NEXT_SOURCE_ENDED, /* the source slot ended to hold it, by the function that copied */
  MS_NEXT_COUNTED,      /* a counter in it went up, in the same thread */
  MS_NEXT_OTHER         /* anything else, or the trace ended */
};

/* What is known about a copy. */
struct ms_copy_facts {
  const struct ms_trace_site *site;
  bool is_first;           /* nothing held the block before */
  bool was_same_block;     /* the slot held the same block before */
  bool is_parameter;       /* a function received it as an argument */
  bool has_source;         /* the slot that it was copied from is known */
  bool is_returned;        /* a function returned it right before */
  bool returned_and_ended; /* and the variable that it returned has ended with it */
  bool is_counted_before;  /* a counter in the block went up right before, in the same thread */
  enum ms_copy_next next;
};

struct ms_verdict {
  enum ms_copy_label label;
  enum ms_fact_source source;
};

/* One copy, decided. */
struct ms_copy {
  uint64_t event, time;
  uint64_t block;          /* id */
  uint64_t source_event;   /* event at which the source slot got the pointer; 0: it is not known */
  uint64_t activation;     /* that copied; 0 unknown */
  ms_context_id context;
  ms_site_id site, source_site; /* source_site: of that event */
  uint32_t thread;
  enum ms_copy_label label;
  enum ms_fact_source source;
  enum ms_copy_rule_id rule;
};

/* Decides by the rules; false: not yet. */
bool ms_copy_decide(const struct ms_copy_facts *facts, struct ms_copy *copy);

const char *ms_copy_label_name(unsigned label);   /* "move" */
const char *ms_fact_source_name(unsigned source); /* "captured" */
const char *ms_copy_rule_name(unsigned rule);     /* "source-ended-next" */

/* Whether the name of a function says that it returns a copy of what its argument points at. */
bool ms_rule_is_duplicator(const char *callee);

#define MS_COPY_RULE(id, name) bool ms_rule_##id(const struct ms_copy_facts *facts, struct ms_verdict *verdict);
#define MS_CLONE_RULE(id, name)
#include "analysis/model/copy_rules.def"

#endif
