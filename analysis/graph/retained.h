/* retained.h - how much memory would be out of reach without a block.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block retains itself and all blocks to which every way from the roots goes through it.
 */
#ifndef MEMSCOPE_ANALYSIS_GRAPH_RETAINED_H
#define MEMSCOPE_ANALYSIS_GRAPH_RETAINED_H

#include "analysis/graph/dominators.h"
#include "analysis/model/slots.h"

struct ms_retained {
  uint64_t blocks, bytes; /* with the block itself; blocks 0: no root reaches it */
};

/* Fills RETAINED, by node, where SIZES are the blocks'. GRAPH has one node more, the last: its edges
 * lead to what the roots hold. DOMINATOR and ORDER (or NULL): those of ms_dominators. */
void ms_retain(const struct ms_digraph *graph, const uint64_t *sizes, struct ms_retained *retained,
               uint32_t *dominator, uint32_t *order);

/* For each index of a block in SLOTS (ms_slots_block) what it retains now; the caller frees. Roots are the
 * slots outside of tracked blocks, and blocks that the program ignores. */
struct ms_retained *ms_retained_now(const struct ms_slots *slots);

#endif
