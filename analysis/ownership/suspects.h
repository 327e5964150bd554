/* suspects.h - what may be a violation, once it is known who owns.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Kept by what happened, which kind of slot and where, with a count and one example.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_SUSPECTS_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_SUSPECTS_H

#include "analysis/ownership/evidence.h"

enum ms_suspicion {
  MS_SUSPECT_HELD_AT_END, /* one of several slots in memory that held a block when it ended, and was not cleared */
  MS_SUSPECT_DANGLED,     /* a slot in memory held a block after its end, until the trace ended */
  MS_SUSPECT_OVERWRITTEN  /* the last holder of a block that was never freed was overwritten */
};

struct ms_suspect {
  enum ms_suspicion what;
  uint32_t subject;
  const char *block, *function, *file;
  uint32_t line, trace;
  uint64_t event, count;
  struct ms_items others; /* HELD_AT_END: all slots that did, by kind */
};

struct ms_suspects {
  struct ms_suspect *at;
  uint32_t count, capacity;
  struct ms_index index;
};

void ms_suspects_add(struct ms_suspects *suspects, const struct ms_suspect *suspect);
void ms_suspects_fini(struct ms_suspects *suspects);

#endif
