/* block_notes.h - what the checks remember of each block beside the model: who let go of it last.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block's notes begin with it and are kept while it lives.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_BLOCK_NOTES_H
#define MEMSCOPE_ANALYSIS_FINDINGS_BLOCK_NOTES_H

#include "analysis/model/address_map.h"
#include "analysis/model/slots.h"

/* A slot that let go of the block, or a variable that got it. */
struct ms_moment {
  uint64_t event;        /* 0: there is none */
  ms_context_id context;
  ms_site_id site;       /* of what happened */
  ms_site_id slot_site;  /* of the slot: its path */
  ms_context_id slot_context; /* with which it got the pointer */
  uint64_t slot_event;
  uint64_t container;    /* id of the block that the slot lay in; 0 none */
  enum ms_slot_end why;
};

struct ms_block_note {
  uint64_t block;           /* id; 0: unused */
  struct ms_moment released; /* the last slot outside of it that let go */
  struct ms_moment released_outside; /* the last such slot that lay in no block */
  struct ms_moment bound;    /* level refs: the last variable that got it */
  struct ms_moment rebound;  /* and that variable got something else */
  struct ms_moment advanced; /* the slot that held its beginning was moved into it */
  bool was_kept;             /* a global or a member held it */
  uint32_t next_free;
};

struct ms_block_notes {
  struct ms_block_note *notes;
  uint32_t count, capacity, free_list; /* free_list: + 1 */
  struct ms_address_map by_block;      /* id */
  struct ms_address_map variables;     /* hash of thread, frame and variable: note + 1 */
};

void ms_block_notes_fini(struct ms_block_notes *notes);

/* Takes what a notice says. */
void ms_block_notes_take(struct ms_block_notes *notes, const struct ms_trace *trace, const struct ms_slots *slots,
                         const struct ms_notice *notice);

/* Of the block with ID, or NULL. */
const struct ms_block_note *ms_block_notes_of(const struct ms_block_notes *notes, uint64_t id);

#endif
