/* rules.h - the rules as functions: what does one observation speak for?
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A rule sees one observation and what is concluded of other subjects so far. It answers
 * MS_STANCE_NONE when it cannot tell.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_RULES_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_RULES_H

#include "analysis/ownership/evidence.h"

#define MS_OWNERSHIP_RULE(id, name, source) \
  enum ms_stance ms_judge_##id(const struct ms_evidence *evidence, const struct ms_observation *observation);
#define MS_VIOLATION_RULE(id, name)
#include "analysis/ownership/ownership_rules.def"

/* References as ITEMS count them: the block's own count, and slots that own. */
struct ms_reckoning {
  int32_t references; /* birth, counters, end */
  int32_t owners;     /* slots in memory that own, but for those of the subject EXCEPT */
  int32_t of_except;  /* slots of that subject */
  int32_t unknown;    /* slots of which it is not known, whatever their sign */
  bool is_counted;    /* a counter of references took part */
  uint32_t how;       /* MS_HOW_* */
};

struct ms_reckoning ms_reckon(const struct ms_evidence *evidence, const struct ms_items *items, uint32_t except);

static inline bool ms_stance_owns(enum ms_stance stance) {
  return stance == MS_STANCE_OWNS || stance == MS_STANCE_SHARES;
}

#endif
