/* exit_view.h - the snapshot that the program took when it ended.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Every word that looked like a pointer into the arena, with what the model knows about the
 * place. Words on a stack that are known to be of the past are left out: slots that the
 * model saw end with their scope, stacks of threads that have ended (libc keeps them); at level full all that no slot or
 * variable explains.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_EXIT_VIEW_H
#define MEMSCOPE_ANALYSIS_FINDINGS_EXIT_VIEW_H

#include "analysis/model/address_map.h"
#include "analysis/model/slots.h"

struct ms_exit_word {
  uint64_t address, value;
};

struct ms_exit_region {
  uint64_t start, end;
  uint64_t thread; /* OS id of the thread whose stack it is; 0: anything else */
  bool is_past;    /* the stack of a thread that has ended */
};

struct ms_exit_view {
  struct ms_exit_word *words;
  size_t word_count, word_capacity;
  struct ms_exit_region *regions;
  size_t region_count, region_capacity;
  struct ms_address_map region_at; /* by start */
  struct ms_address_map word_at;   /* by address */
  uint64_t event;                  /* at which it began */
  struct ms_address_map past;      /* addresses of stack slots that have ended */
  struct ms_address_map ended; /* addresses on stacks of threads that have ended: thread */
  struct ms_address_map seen;  /* thread: index into stacks */
  uint64_t *stacks;            /* an address on each thread's stack */
  size_t stack_count, stack_capacity;
  uint64_t main_frame;             /* end of the frame that main has left; 0: it has not, or is not known */
  bool is_open, is_whole;
};

void ms_exit_view_fini(struct ms_exit_view *view);
void ms_exit_view_take(struct ms_exit_view *view, const struct ms_trace *trace, const struct ms_notice *notice);

/* The stack region that ADDRESS lies in, or NULL. */
const struct ms_exit_region *ms_exit_view_stack(const struct ms_exit_view *view, uint64_t address);

/* Whether the word at ADDRESS is left over on a stack, from a scope or a thread that has ended. */
bool ms_exit_view_is_past(const struct ms_exit_view *view, uint64_t address);

/* Whether SLOT, in memory of the program that was looked through (or in a followed block: IN_BLOCK), had
 * other contents at the end than the model knows: nobody saw who put them there. */
bool ms_exit_view_contradicts(const struct ms_exit_view *view, const struct ms_slot *slot, bool in_block);

#endif
