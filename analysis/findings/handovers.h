/* handovers.h - which blocks were handed to functions that MemScope did not compile, and what became of such blocks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Level full only: arguments of calls are not recorded below. Functions of the C library that keep nothing
 * are left out. Memory grows with addresses that were handed over, not with calls.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_HANDOVERS_H
#define MEMSCOPE_ANALYSIS_FINDINGS_HANDOVERS_H

#include "analysis/findings/opaque.h"
#include "analysis/model/address_map.h"
#include "analysis/model/slots.h"

/* The last time that a pointer to a block was handed over. */
struct ms_handover {
  uint64_t event;
  ms_context_id context;
  ms_site_id site; /* callee, index */
  uint32_t callee; /* in callees */
};

/* What a function did with the blocks that it was handed last of all. */
struct ms_handover_callee {
  const char *name;
  uint64_t freed_here, freed_there; /* by compiled code, by other code */
};

struct ms_handovers {
  struct ms_handover *items;
  uint32_t count, capacity;
  struct ms_address_map at; /* by the block's address */
  struct ms_handover_callee *callees;
  uint32_t callee_count, callee_capacity;
  struct ms_index by_name;
};

void ms_handovers_fini(struct ms_handovers *handovers);
void ms_handovers_take(struct ms_handovers *handovers, const struct ms_opaque *opaque, const struct ms_notice *notice);

/* Of the block that lay at ADDR from event BIRTH to event END (0: it lives); NULL: it was not. */
const struct ms_handover *ms_handovers_of(const struct ms_handovers *handovers, uint64_t addr, uint64_t birth, uint64_t end);

#endif
