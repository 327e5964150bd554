/* block_notes.h - what the checks remember of each block beside the model: who let go of it last.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block's notes begin with it and are kept while it lives. They lie at the index of the block among
 * those of struct ms_slots: every pointer that is stored asks for them.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_BLOCK_NOTES_H
#define MEMSCOPE_ANALYSIS_FINDINGS_BLOCK_NOTES_H

#include "analysis/model/slots.h"
#include "support/index.h"

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
  uint64_t block;           /* id; 0: of none that lives */
  struct ms_moment released; /* the last slot outside of it that let go */
  struct ms_moment released_outside; /* the last such slot that lay in no block */
  struct ms_moment bound;    /* level refs: the last variable that got it */
  struct ms_moment rebound;  /* and that variable got something else */
  struct ms_moment advanced; /* the slot that held its beginning was moved into it */
  bool was_kept;             /* a global or a member held it */
};

/* Level refs: what a variable of an activation got last. */
struct ms_bound_variable {
  uint64_t key;   /* hash of thread, frame, function and variable */
  uint64_t block; /* id */
  uint32_t note;  /* index */
};

struct ms_block_notes {
  struct ms_block_note *notes;
  uint32_t capacity;
  struct ms_bound_variable *variables;
  uint32_t variable_count, variable_capacity;
  struct ms_index variable_index; /* by key */
};

void ms_block_notes_fini(struct ms_block_notes *notes);

/* Takes what a notice says. */
void ms_block_notes_take(struct ms_block_notes *notes, const struct ms_trace *trace, const struct ms_slots *slots,
                         const struct ms_notice *notice);

/* Of BLOCK, one of SLOTS; NULL if there are none. */
const struct ms_block_note *ms_block_notes_of(const struct ms_block_notes *notes, const struct ms_slots *slots,
                                              const struct ms_held_block *block);

#endif
