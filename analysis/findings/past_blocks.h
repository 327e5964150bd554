/* past_blocks.h - what lay where, until something else begins there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory grows with the addresses that blocks have been freed at and that were not given out again.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_PAST_BLOCKS_H
#define MEMSCOPE_ANALYSIS_FINDINGS_PAST_BLOCKS_H

#include "analysis/model/address_map.h"
#include "analysis/model/slots.h"

/* A block as it was; end_event 0: it lives. */
struct ms_past_block {
  uint64_t addr, size, id, event, end_event;
  ms_context_id context, end_context;
  ms_string_id name;
  uint32_t next_free;
};

struct ms_past_blocks {
  struct ms_past_block *items;
  uint32_t count, capacity, free_list; /* free_list: + 1 */
  struct ms_address_map by_address;
};

void ms_past_blocks_fini(struct ms_past_blocks *past);
void ms_past_blocks_take(struct ms_past_blocks *past, const struct ms_notice *notice);

/* The latest block that ended in whose memory ADDR lies, if no other began there; or NULL. */
const struct ms_past_block *ms_past_blocks_at(const struct ms_past_blocks *past, uint64_t addr);

/* B, which ends at E (NULL: lives). */
struct ms_past_block ms_past_block_of(const struct ms_held_block *b, const struct ms_event *e);

#endif
