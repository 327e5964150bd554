/* ownership.h - who owns, who borrows: conclusions from all that traces show.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   struct ms_ownership *o = ms_ownership_new();
 *   ms_ownership_read(o, run);       as often as there are traces; RUN prepared, not replayed
 *   ms_ownership_conclude(o);
 *   ... ms_ownership_fact(o, i) ...
 *
 * It is an observer of the slot model and reads no files. The traces may be closed before the
 * conclusions. What is concluded from what is said in docs/analyses/, a page a rule.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/model/slots.h"
#include "analysis/run/run.h"

enum ms_ownership_rule_id {
  MS_ORULE_NONE,
#define MS_OWNERSHIP_RULE(id, name, source) MS_ORULE_##id,
#define MS_VIOLATION_RULE(id, name) MS_ORULE_##id,
#include "analysis/ownership/ownership_rules.def"
  MS_ORULE_END
};

enum ms_subject_kind {
  MS_OWN_NOTHING, /* internal */
  MS_OWN_FIELD,
  MS_OWN_GLOBAL,
  MS_OWN_LOCAL,
  MS_OWN_PARAMETER,
  MS_OWN_RESULT,
  MS_OWN_COUNTER
};

/* What an observation or a subject speaks for. Of a parameter OWNS means that the function takes
 * what the caller owned, of a result that the caller owns it. */
enum ms_stance {
  MS_STANCE_NONE,
  MS_STANCE_OWNS,
  MS_STANCE_SHARES, /* owns a counted reference */
  MS_STANCE_BORROWS,
  MS_STANCE_RETURNS_ARGUMENT, /* result: what an argument was, with its ownership */
  MS_STANCE_COUNTS,           /* counter: counts references */
  MS_STANCE_COUNTS_OTHER,
  MS_STANCE_END
};

enum ms_confidence { MS_CONFIDENCE_LOW, MS_CONFIDENCE_MEDIUM, MS_CONFIDENCE_HIGH };

#define MS_HOW_FREES 1u    /* frees it, or gives a reference up */
#define MS_HOW_STORES 2u   /* stores it in memory that keeps it */
#define MS_HOW_COUNTS 4u   /* takes a reference of its own */
#define MS_HOW_RETURNS 8u  /* returns it */

struct ms_conclusion {
  enum ms_stance stance; /* NONE: abstains */
  enum ms_ownership_rule_id rule;
  enum ms_fact_source source;
  double confidence;     /* lower bound of the 95 % Wilson interval */
  enum ms_confidence label;
  double weight_for, weight_against;      /* independent observations */
  uint64_t observed_for, observed_against; /* all of them */
  uint32_t how;          /* MS_HOW_*, parameters and results */
  uint32_t returned_index; /* RETURNS_ARGUMENT: which */
  bool is_counted;       /* references of blocks with a counter */
  const char *why_not;   /* NONE: why it abstains */
  uint64_t event_for, event_against; /* examples; 0 none */
  uint32_t trace_for, trace_against;
};

/* A conclusion about a subject, with its names ("" unknown). */
struct ms_fact {
  enum ms_subject_kind kind;
  const char *function, *name, *type, *file;
  const char *declaration; /* parameters and results: of the function */
  uint32_t line, index, flags; /* flags: MS_SITE_F_* of the function or parameter */
  const char *static_note; /* what the compiler's facts say of a parameter, "" nothing */
  struct ms_conclusion conclusion;
};

struct ms_violation {
  enum ms_ownership_rule_id rule;
  const char *slot, *block, *function, *file; /* whose, of what, where it happened */
  uint32_t line, trace;
  uint64_t event, count;
};

struct ms_ownership;
struct ms_ownership *ms_ownership_new(void);
void ms_ownership_free(struct ms_ownership *ownership);

/* Replays RUN, which has only been prepared, and takes what it shows as evidence. */
void ms_ownership_read(struct ms_ownership *ownership, struct ms_run *run);

/* The same in steps, of a replay that somebody else makes: before it, with each notice, after it.
 * Which kind a slot is of is known until the next trace. */
void ms_ownership_begin(struct ms_ownership *ownership, struct ms_run *run, struct ms_slots *slots);
void ms_ownership_take(struct ms_ownership *ownership, const struct ms_notice *notice);
void ms_ownership_end(struct ms_ownership *ownership);

/* The kind of slot that SLOT, which holds a block now, is; 0: it is a variable, or has no name. */
uint32_t ms_ownership_kind(const struct ms_ownership *ownership, const struct ms_slot *slot);

/* What is concluded of a kind of slot, after ms_ownership_conclude. */
struct ms_slot_fact {
  const char *name; /* "struct item.name" */
  const struct ms_conclusion *conclusion;
  uint64_t lone, shared, let_go, left; /* habits: struct ms_subject */
};
bool ms_ownership_slot_fact(const struct ms_ownership *ownership, uint32_t kind, struct ms_slot_fact *ret);

/* Whether a counter in the block with this id went up or down; or it is not known any more. */
bool ms_ownership_is_counted(const struct ms_ownership *ownership, uint64_t block);

/* After the last trace, once. */
void ms_ownership_conclude(struct ms_ownership *ownership);

/* The conclusions, sorted by kind, function, name, index. */
size_t ms_ownership_fact_count(const struct ms_ownership *ownership);
struct ms_fact ms_ownership_fact(const struct ms_ownership *ownership, size_t index);

size_t ms_ownership_violation_count(const struct ms_ownership *ownership);
const struct ms_violation *ms_ownership_violation(const struct ms_ownership *ownership, size_t index);

/* Whether any trace recorded pointer copies; functions entered (level full). */
bool ms_ownership_is_recorded(const struct ms_ownership *ownership);
bool ms_ownership_has_calls(const struct ms_ownership *ownership);

const char *ms_ownership_rule_name(unsigned rule);
const char *ms_subject_kind_name(unsigned kind);
/* "takes", "borrows", "returns-owned" ... */
const char *ms_stance_name(unsigned kind, unsigned stance);

#endif
