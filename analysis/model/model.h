/* model.h - what the heap was at every moment: events in, blocks and figures out.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A model is fed the events of one trace in merged order. It knows every live block by a
 * number that is never used again, and keeps, per context and per thread, what was
 * allocated in all, what is live, and what was live when the program used most. Memory
 * grows with live blocks, contexts and threads, not with events. It reads no files, prints
 * nothing and knows no names.
 *
 * Nothing in a trace can make it fail: an event that contradicts the state (a block begins
 * where one lives, one ends that was never seen) is counted in ms_model_totals and resolved.
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_H
#define MEMSCOPE_ANALYSIS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/model/block_map.h"
#include "analysis/model/usage.h"
#include "analysis/trace/trace.h"

struct ms_model;

/* Of the whole program. usage counts as valgrind does: a realloc that moves or resizes a
 * block is one allocation (of the whole new size) and one free. */
struct ms_model_totals {
  struct ms_usage usage;
  uint64_t peak_time, peak_event; /* when live bytes were highest */
  uint64_t reallocs, reallocs_moved, reallocs_failed;
  uint64_t failed;             /* allocations that returned NULL */
  uint64_t temporary;          /* blocks freed before their thread allocated again */
  uint64_t freed_elsewhere;    /* blocks freed by another thread than allocated them */
  uint64_t unknown_frees;      /* of blocks that were never seen to begin */
  uint64_t unknown_reallocs;   /* of such blocks */
  uint64_t replaced;           /* blocks that began where one was live: its end is not in the trace */
  uint64_t unfinished_reallocs; /* the trace ends inside realloc */
  uint64_t inherited_blocks, inherited_bytes; /* live in the parent at the fork */
  uint64_t inherited_freed;
  uint64_t events, last_time;
  uint64_t forks, execs;
  bool has_exit;
  uint64_t exit_status; /* valid with has_exit: status + 1, 0 unknown */
};

/* Of one context. */
struct ms_model_context {
  struct ms_usage usage;
  uint64_t max_live_bytes;
  uint64_t size_min, size_max; /* of the blocks allocated; valid if there are any */
  uint64_t several;            /* blocks that hold two or more whole elements of the site's type */
  uint64_t temporary, reallocs, freed_elsewhere;
  uint64_t ended;                                 /* blocks whose life is known */
  uint64_t lifetime_sum, lifetime_min, lifetime_max; /* ticks */
  uint32_t type_size; /* of the name site's type; 0 unknown */
  uint32_t realloc_chain_max;
  const struct ms_trace *trace; /* where ID means something: the model's own trace or a parent's */
  ms_context_id id;
};

struct ms_model_thread {
  uint32_t number;
  struct ms_usage usage;    /* of the blocks that it allocated */
  uint64_t frees_done;      /* by this thread */
  uint64_t frees_of_others; /* of these, blocks of other threads */
  uint64_t freed_by_others; /* its blocks that other threads freed */
  uint64_t temporary;
  uint64_t first_time, last_time; /* first and last event */
  bool ended;
  uint64_t last_block; /* id of the block it allocated last */
};

/* A model of TRACE, which it borrows. */
struct ms_model *ms_model_new(struct ms_trace *trace);
void ms_model_free(struct ms_model *model);

/* Takes over, as inherited, the blocks that are live in PARENT now. Before the first event;
 * PARENT's trace must outlive the model. */
void ms_model_inherit(struct ms_model *model, const struct ms_model *parent);

/* What one event did to the blocks; each NULL when there is none. */
struct ms_model_change {
  const struct ms_block *begun;    /* began with it */
  const struct ms_block *ended;    /* ended with it (a copy) */
  const struct ms_block *replaced; /* must have ended before, for another begins at its address (a copy) */
};

typedef void ms_model_observer(void *user, const struct ms_event *event, const struct ms_model_change *change);

/* From now on OBSERVER is called with USER after every event. */
void ms_model_observe(struct ms_model *model, ms_model_observer *observer, void *user);

/* Reads the trace's events up to time UNTIL (ticks since it began; UINT64_MAX = all), or
 * up to the fork of the process CHILD (0 = none) if that comes first, and brings the
 * figures up to date. Once. */
void ms_model_replay(struct ms_model *model, uint64_t until, uint32_t child);

const struct ms_model_totals *ms_model_totals(const struct ms_model *model);

/* Contexts 0 .. count-1; 0 is the unknown one. Those without allocations are in it too. */
size_t ms_model_context_count(const struct ms_model *model);
const struct ms_model_context *ms_model_context(const struct ms_model *model, size_t index);

size_t ms_model_thread_count(const struct ms_model *model);
const struct ms_model_thread *ms_model_thread(const struct ms_model *model, size_t index);

/* The live blocks: the first with INDEX at least *CURSOR (start at 0), or NULL. */
const struct ms_block *ms_model_next_live(const struct ms_model *model, size_t *cursor);

#endif
