/* slots_parts.h - struct ms_slots and what its files share.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * slots.c takes the events; slot_blocks.c keeps the blocks, slot_table.c the slots,
 * slot_places.c knows where an address lies, slot_threads.c the activations, slot_copies.c
 * the copies that are not decided yet. Indexes stay valid while the thing lives; pointers
 * into the pools only until something is added.
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_SLOTS_PARTS_H
#define MEMSCOPE_ANALYSIS_MODEL_SLOTS_PARTS_H

#include "analysis/model/address_map.h"
#include "analysis/model/slots.h"
#include "support/index.h"

#define MS_NONE MS_SLOT_NONE_INDEX
#define MS_POINTER_BYTES 8u

/* What a function gave back, until its caller has put it somewhere. */
struct ms_returned {
  uint64_t block; /* id; 0: nothing */
  uint64_t source_event;
  ms_site_id source_site;
  bool ended; /* the variable that was returned ended with the function */
};

struct ms_slot_thread {
  uint32_t number;
  struct ms_activation *activations;
  uint32_t depth, capacity;
  uint64_t stack_low, stack_high; /* as far as it has been seen; low > high: not at all */
  const char *function;           /* of the last event that has a site */
  uint64_t function_since;        /* event from which on it was that one */
  struct ms_returned returned;
  uint64_t argument;              /* id of the block handed over last; 0 none */
  const char *argument_of;        /* to which function */
};

struct ms_open_copy {
  struct ms_copy copy;
  struct ms_copy_facts facts;
  uint32_t slot, source; /* indexes; source may be MS_NONE */
  uint32_t next_free;
};

/* What the event being processed is, so that every notice can say it. */
struct ms_slots_now {
  const struct ms_event *event; /* NULL after the last one */
  ms_site_id site;
  const struct ms_trace_site *info; /* of that site, never NULL */
  uint32_t thread;                  /* index */
};

struct ms_slots {
  struct ms_trace *trace;
  ms_slots_observer *observer;
  void *user;
  bool is_recorded;
  bool skips_origins;
  uint64_t arena_first, arena_behind;
  uint64_t muted; /* blocks */
  uint64_t watched_event;
  struct ms_slots_now now;

  struct ms_held_block *blocks;
  uint32_t block_count, block_capacity, free_block; /* free_block: + 1 */
  struct ms_address_map live, dead; /* by address: live ones; the latest dead one with slots */
  struct ms_address_map displaced;  /* by id: live ones whose address leads to another (inside realloc) */
  struct ms_address_map carried;    /* slots in displaced blocks, by index of the block and of the slot */

  struct ms_slot *slots;
  uint32_t slot_count, slot_capacity, free_slot;
  struct ms_address_map memory;    /* by address */
  struct ms_address_map variables; /* by activation and variable */

  struct ms_open_copy *copies;
  uint32_t copy_count, copy_capacity, free_copy;

  struct ms_slot_thread *threads;
  uint32_t thread_count, thread_capacity;
  struct ms_index thread_index;
  uint64_t next_activation;

  struct ms_address_map stacks, modules; /* by lowest address */
  uint32_t *variable_of_site;            /* by site; + 1 */
  uint32_t variable_count;
  ms_site_id *variable_sites; /* one of each variable */
  uint32_t variable_capacity;
  struct ms_index variable_index;
};

/* Tells the observer, after filling in event and site. */
void ms_slots_tell(struct ms_slots *s, struct ms_notice notice);

/* -- slot_blocks.c -- */
uint32_t ms_slots_block_begin(struct ms_slots *s, const struct ms_block *block);
/* BLOCK, which the model says has ended, ends: its slots dangle, those in it end. */
void ms_slots_block_end(struct ms_slots *s, const struct ms_block *block);
/* Realloc: BEGUN takes over from ENDED (NULL: not known). */
void ms_slots_block_realloc(struct ms_slots *s, const struct ms_block *ended, const struct ms_block *begun);
/* The tracked block that VALUE points into: a live one, else a dead one that slots still
 * point at; MS_NONE. */
uint32_t ms_slots_resolve(const struct ms_slots *s, uint64_t value);
/* The live block, tracked or not, that holds the byte at ADDR; MS_NONE. */
uint32_t ms_slots_container(const struct ms_slots *s, uint64_t addr);
/* BLOCK, a live one, is followed no more. */
void ms_slots_block_mute(struct ms_slots *s, uint32_t block);
/* Blocks in [FIRST, BEHIND) are followed no more, be they live, dead, or yet to be born. */
void ms_slots_retire(struct ms_slots *s, uint64_t first, uint64_t behind);
/* Drops a dead block that no slot points at any more. */
void ms_slots_block_check(struct ms_slots *s, uint32_t block);

/* -- slot_table.c -- */
/* The place that a slot is in has come to hold VALUE (0: nothing): memory at ADDR, or VARIABLE
 * of ACTIVATION. BLOCK: what ms_slots_resolve says of VALUE. */
void ms_slots_store(struct ms_slots *s, uint64_t addr, uint64_t value, uint32_t block);
void ms_slots_bind(struct ms_slots *s, const struct ms_activation *activation, uint32_t variable, uint64_t value);
/* Slots in [FIRST, BEHIND) and those that reach into it end. */
void ms_slots_end_range(struct ms_slots *s, uint64_t first, uint64_t behind, enum ms_slot_end why);
/* The variables of ACTIVATION end; RETURNED: the block that it returns, or MS_NONE. */
void ms_slots_end_variables(struct ms_slots *s, uint64_t activation, uint32_t returned);
void ms_slots_end_slot(struct ms_slots *s, uint32_t slot, enum ms_slot_end why);
/* The same for a slot that its map does not know any more. */
void ms_slots_end_taken(struct ms_slots *s, uint32_t slot, enum ms_slot_end why);
/* Takes SLOT out of its block's list, or puts it into BLOCK's, without a word. */
void ms_slots_unlink(struct ms_slots *s, uint32_t slot);
void ms_slots_link(struct ms_slots *s, uint32_t slot, uint32_t block);
/* The slot of BLOCK that the source path of SITE means, MS_NONE if none or not clear;
 * EXCEPT is not it. */
uint32_t ms_slots_source(const struct ms_slots *s, uint32_t block, const struct ms_trace_site *site, const char *path,
                         unsigned kind, uint32_t except);

/* -- slot_places.c -- */
void ms_slots_places_init(struct ms_slots *s);
void ms_slots_place(struct ms_slots *s, struct ms_slot *slot);
/* A part of the stack of thread T has been seen. */
void ms_slots_saw_stack(struct ms_slots *s, uint32_t thread, uint64_t first, uint64_t last);
/* The number of the variable that SITE binds. */
uint32_t ms_slots_variable(struct ms_slots *s, ms_site_id site);

/* -- slot_threads.c -- */
uint32_t ms_slots_thread(struct ms_slots *s, uint32_t number);
void ms_slots_enter(struct ms_slots *s);
void ms_slots_leave(struct ms_slots *s);
/* The function of the present site goes on; what it had called (setjmp, exceptions) is gone. */
void ms_slots_landed(struct ms_slots *s);
/* The activation on top whose frame is FRAME, after those below it are gone; NULL. */
const struct ms_activation *ms_slots_activation(struct ms_slots *s, uint64_t frame);
/* The one on top, or NULL. */
const struct ms_activation *ms_slots_top(const struct ms_slots *s);
void ms_slots_thread_end(struct ms_slots *s, uint32_t thread);

/* -- slot_copies.c -- */
/* SLOT has got its pointer by a copy. IS_FIRST, WAS_SAME: as in ms_copy_facts. */
void ms_slots_copied(struct ms_slots *s, uint32_t slot, bool is_first, bool was_same);
/* Something happens to BLOCK: ENDING (or MS_NONE) ends to hold it; IS_COUNT: its counter goes up. */
void ms_slots_touch(struct ms_slots *s, uint32_t block, uint32_t ending, bool is_count);
/* BLOCK's life as a thing to copy is over, or the trace is. */
void ms_slots_settle(struct ms_slots *s, uint32_t block);

/* The rule whole-copy (rule_whole_copy.c). */
bool ms_rule_is_whole_copy(const struct ms_trace_site *copy, uint32_t thread, const struct ms_trace_site *birth,
                           const struct ms_held_block *to, const struct ms_held_block *from);

/* The last member of an access path: "name" of "l->it.name", "" if there is none. */
static inline const char *ms_path_member(const char *path) {
  const char *member = "";
  for (const char *p = path; *p; p++)
    if (*p == '.' || (p[0] == '-' && p[1] == '>'))
      member = p + (*p == '.' ? 1 : 2);
  return member;
}

static inline bool ms_same_text(const char *a, const char *b) {
  while (*a && *a == *b)
    a++, b++;
  return *a == *b;
}

static inline uint64_t ms_slots_end_of(uint64_t first, uint64_t size) {
  return size > UINT64_MAX - first ? UINT64_MAX : first + size;
}

#endif
