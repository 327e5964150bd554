/* watch.h - one trace being replayed: what its notices say about ownership.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * watch.c takes the notices, watch_calls.c those of functions that begin and return,
 * watch_counters.c those of counters, watch_given.c what became of new blocks that were returned,
 * watch_origins.c knows where variables got their blocks,
 * watch_names.c finds the subject that a site or slot means, watch_suspects.c what may turn out to
 * be a violation, which suspects.c remembers. All state but the evidence goes when the trace is done.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_WATCH_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_WATCH_H

#include "analysis/ownership/evidence.h"
#include "analysis/ownership/owned_blocks.h"
#include "analysis/ownership/suspects.h"

enum { MS_ARGUMENTS_MAX = 16 };

struct ms_watched_argument {
  uint64_t block, value;
  uint32_t index;
  uint32_t held; /* index of the block for ms_slots_block, which may be another's when this one has ended */
};

/* Blocks of which a function may yet clear slots, until it returns. */
struct ms_pending {
  uint32_t first; /* in the watch's seconds, + 1 */
  uint32_t count;
};

struct ms_call {
  uint64_t activation, event, frame;
  const char *function, *caller;
  uint64_t place; /* hash of where it was called from */
  uint64_t changes; /* of the watch, when it began */
  struct ms_watched_argument arguments[MS_ARGUMENTS_MAX];
  uint32_t argument_count;
  struct ms_pending pending;
};

struct ms_call_stack {
  uint32_t thread;
  struct ms_call *calls;
  uint32_t depth, capacity;
};

/* A block that was freed while several slots in memory held it; whether one is left is seen later. */
struct ms_second_owner {
  struct ms_suspect suspect; /* but for its subject */
  uint64_t block;
  uint64_t slot;       /* event of the slot in memory that it was freed through; 0 unknown */
  uint32_t through;    /* its kind; 0 unknown */
  uint32_t next;       /* + 1, of the same function */
};

struct ms_watch {
  struct ms_evidence *evidence;
  struct ms_suspects *suspects;
  struct ms_trace *trace;
  struct ms_slots *slots;
  uint32_t number; /* of the trace, from 1 */
  bool has_calls;
  uint64_t changes; /* of memory, by anybody: pointers stored and cleared, blocks, counters */
  struct ms_owned_blocks blocks;
  struct ms_address_map slot_kinds; /* by the slot's event: its kind of slot, a subject */
  struct ms_address_map members;    /* by the type of a block and a place in it: the member that stores there name */
  uint64_t released;                /* event of the slot in memory that was released last, and its kind */
  uint32_t released_kind;
  struct ms_address_map on_stack;   /* the same, of those that lie in structures on the stack */
  struct ms_call_stack *stacks;
  uint32_t stack_count, stack_capacity;
  struct ms_second_owner *seconds;
  uint32_t second_count, second_capacity, free_second; /* free_second: + 1 */
  struct ms_pending pending; /* until the trace ends */
};

void ms_watch_notice(void *user, const struct ms_notice *notice);
/* Whether a structure on the stack still holds BLOCK that it has been copied from to other memory. Its part
 * is often done, and the slot is only left as it was: then it holds no reference any more. */
bool ms_watch_is_handed_on(const struct ms_watch *w, const struct ms_owned *block);
/* After the replay: what is left. */
void ms_watch_finish(struct ms_watch *watch);
void ms_watch_fini(struct ms_watch *watch);

/* Where the program is, who called it there, and where BLOCK was born, as a number. */
uint64_t ms_watch_unit(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block);
/* One observation of SUBJECT. */
void ms_watch_add(struct ms_watch *w, uint32_t subject, enum ms_ownership_rule_id rule, const struct ms_items *items,
                  uint64_t unit, const struct ms_owned *block, const struct ms_event *e);

/* -- watch_origins.c -- */
/* A function is about to be called with a block that a slot holds. */
void ms_watch_pass(struct ms_watch *w, const struct ms_notice *n);
/* From where the caller took the argument that a parameter was just bound to: what it said, or else the variable of
 * its own that holds the block. */
struct ms_origin ms_watch_argument_from(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block);
/* Through what BLOCK is freed by the event of N. */
struct ms_origin ms_watch_freed_from(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block);

/* -- watch_counters.c -- */
void ms_watch_count(struct ms_watch *w, const struct ms_notice *n);
/* BLOCK ends: what its counters say to that. */
void ms_watch_counters_end(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block);
/* Each kind of slot that held BLOCK held one that counted its references, or one that did not. */
void ms_watch_counted(struct ms_watch *w, const struct ms_owned *block);

/* -- watch_suspects.c -- */
/* BLOCK ends, freed through a slot of the kind THROUGH (0 unknown), while slots in memory hold it. */
void ms_watch_suspect_second(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block, uint32_t through);
/* A function's run is over: which slots still hold what is PENDING of it. */
void ms_watch_suspects_settle(struct ms_watch *w, struct ms_pending *pending);

/* -- watch_calls.c -- */
struct ms_call_stack *ms_watch_stack(struct ms_watch *w, uint32_t thread);
/* Whether the function that made CALL was given BLOCK. */
bool ms_watch_is_given(const struct ms_call *call, uint64_t block);
/* The activation that runs on top in THREAD; 0 unknown. Whether ACTIVATION still runs there. */
uint64_t ms_watch_top(struct ms_watch *w, uint32_t thread);
/* The function that called ACTIVATION, which is on top in THREAD, as an activation, and when; 0 unknown. */
uint64_t ms_watch_below(struct ms_watch *w, uint32_t thread, uint64_t activation, uint64_t *ret_event);
bool ms_watch_runs(struct ms_watch *w, uint32_t thread, uint64_t activation);
/* What is pending of the innermost function of THREAD that was not given BLOCK as an argument; of the whole trace if
 * there is none. Valid until the next function begins. */
struct ms_pending *ms_watch_finder(struct ms_watch *w, uint32_t thread, uint64_t block);
/* From where the function on top was called, as a number; 0 unknown. */
uint64_t ms_watch_caller(struct ms_watch *w, uint32_t thread);
void ms_watch_enter(struct ms_watch *w, const struct ms_notice *n);
void ms_watch_argument(struct ms_watch *w, const struct ms_notice *n, uint32_t index);
void ms_watch_leave(struct ms_watch *w, const struct ms_notice *n);

/* -- watch_given.c -- */
/* CALL has returned BLOCK at EVENT, of which ITEMS say what changed in it. */
void ms_watch_given(struct ms_watch *w, const struct ms_call_stack *stack, uint32_t result, struct ms_owned *block,
                    const struct ms_items *items, uint64_t unit, uint64_t event);
/* BLOCK ends: whether those to whom it was returned had to do with it. */
void ms_watch_given_ends(struct ms_watch *w, const struct ms_notice *n, const struct ms_owned *block);

/* -- watch_names.c -- */
/* The kind of slot that a slot in memory is, which was BEFORE (NULL: nothing); 0: it is a local variable. */
uint32_t ms_watch_kind(struct ms_watch *w, const struct ms_slot *slot, const struct ms_slot *before);
/* The same for a slot that is gone; also a local variable. */
uint32_t ms_watch_subject(struct ms_watch *w, const struct ms_slot *slot);
/* The subject that the source of the copy at SITE is, 0 if it has no name. */
uint32_t ms_watch_source(struct ms_watch *w, const struct ms_trace_site *site);
uint32_t ms_watch_local(struct ms_watch *w, const struct ms_trace_site *site);
uint32_t ms_watch_result(struct ms_watch *w, const char *function);
uint32_t ms_watch_parameter(struct ms_watch *w, const char *function, uint32_t index);
/* The number of the parameter that SITE binds. */
uint32_t ms_watch_parameter_index(struct ms_watch *w, const struct ms_trace_site *site);
/* Describes all functions and parameters that the trace has records of. */
void ms_watch_declarations(struct ms_watch *w);
/* Where BLOCK was born, as a number. */
uint64_t ms_watch_birth(struct ms_watch *w, const struct ms_held_block *block);
uint64_t ms_watch_place(struct ms_watch *w, const struct ms_trace_site *site);

#endif
