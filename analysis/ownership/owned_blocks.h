/* owned_blocks.h - per block: what counts as a reference to it, and how that changed lately.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * For every block: how many slots of each kind in memory hold it, what its counters have become,
 * how many local variables hold it, and a journal of changes, so that a function that returns
 * can be asked what it changed. The journal is short; what it has forgotten makes answers
 * unclear, never wrong. A block is kept while it lives, is held, or is watched by an activation.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_OWNED_BLOCKS_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_OWNED_BLOCKS_H

#include "analysis/model/address_map.h"
#include "analysis/ownership/evidence.h"

enum { MS_COUNTERS_MAX = 4, MS_ORIGINS_MAX = 6 };

struct ms_change {
  uint64_t event;
  uint32_t subject;
  int32_t n;
};

struct ms_counter_state {
  uint32_t subject;
  int32_t sum;              /* of all changes */
  int64_t value;            /* what it has become */
  bool is_born;             /* the function in which the block was born took it from 0 to 1; not in sum */
  bool was_above;           /* it was more than 1 */
  bool is_zero;             /* it has just gone down to 0 */
  bool is_length;           /* it was once far above the number of pointers to the block */
  uint64_t zero_activation; /* in which function; 0 unknown */
};

/* Where a variable got a block from. */
struct ms_origin {
  uint32_t kind;  /* of slot in memory; 0 unknown */
  uint32_t local; /* the local variable that was handed to a function as an argument; 0 none */
  bool is_lent;   /* by way of an argument: the slot may have gone on owning */
};

/* A function returned it when it was new, and slots in memory held it. */
struct ms_given {
  uint32_t result; /* a subject */
  uint64_t unit, event, to; /* to: the activation that got it; 0 unknown */
};

struct ms_owned {
  uint64_t id, birth_event, end_event, unit;
  uint64_t forgotten;       /* event of the latest change that the journal has lost; 0 none */
  uint64_t copied_from[8];  /* events of the slots that the latest copies to memory, and moves, came from */
  uint32_t copied_count;
  struct ms_items holds;    /* slots in memory, by kind */
  uint32_t held_by[8];      /* kinds of slots that held it at some time, as many as fit */
  uint32_t held_by_count;
  bool was_shared;          /* two at a time */
  int32_t locals;
  uint32_t watchers;
  struct ms_counter_state counters[MS_COUNTERS_MAX];
  uint32_t counter_count;
  struct ms_change *changes;
  uint32_t change_count, change_capacity;
  struct {
    uint64_t event;
    struct ms_origin from;
  } origins[MS_ORIGINS_MAX]; /* variables by the event they got it at */
  uint32_t origin_count;
  uint64_t passed_by;       /* the activation that is about to call a function with it, */
  uint64_t passed_event;    /* at this event */
  struct ms_origin passed;  /* where it takes the argument from */
  struct ms_given *given;
  uint32_t given_count;
  uint32_t next_free;
};

struct ms_owned_blocks {
  struct ms_owned *at;
  uint32_t count, capacity, free_list; /* free_list: + 1 */
  struct ms_address_map by_id;
};

void ms_owned_fini(struct ms_owned_blocks *blocks);

/* The block with ID: NULL if it is not known; or made if it is not. Valid until the next one is made. */
struct ms_owned *ms_owned_find(const struct ms_owned_blocks *blocks, uint64_t id);
struct ms_owned *ms_owned_get(struct ms_owned_blocks *blocks, uint64_t id);

/* Forgets BLOCK if nothing needs it any more. */
void ms_owned_check(struct ms_owned_blocks *blocks, struct ms_owned *block);

/* N more of SUBJECT concern BLOCK from EVENT on. */
void ms_owned_change(struct ms_owned *block, uint64_t event, uint32_t subject, int32_t n);

/* What has changed for BLOCK after EVENT. */
struct ms_items ms_owned_since(const struct ms_owned *block, uint64_t event);

/* All that stands now: birth, counters, slots in memory. */
struct ms_items ms_owned_standing(const struct ms_owned *block);

struct ms_counter_state *ms_owned_counter(struct ms_owned *block, uint32_t subject); /* NULL: too many */

void ms_owned_set_origin(struct ms_owned *block, uint64_t event, struct ms_origin from);
/* Slots of SUBJECT have nothing to say about who frees BLOCK: they let go of it and others did not. */
void ms_owned_drop_origins(struct ms_owned *block, uint32_t subject);
/* Where the variable got the block from at EVENT. */
struct ms_origin ms_owned_origin(const struct ms_owned *block, uint64_t event);

#endif
