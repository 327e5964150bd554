/* leak_story.h - how a block was lost, and how a block that is not is reached, in words.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_LEAK_STORY_H
#define MEMSCOPE_ANALYSIS_FINDINGS_LEAK_STORY_H

#include "analysis/findings/leak_graph.h"

/* Where the last pointer to a block vanished. */
struct ms_lost_at {
  struct ms_moment moment;
  ms_site_id site;      /* LOST-AT; 0 unknown */
  uint32_t line;        /* of the site's file, where the compiler says that the variable ends; 0: the site's */
  bool is_seen;         /* the moment is an event; else concluded */
  bool is_unsure;       /* concluded, and it may be another line of the function */
  bool is_copied;       /* concluded: variables that it was copied to kept it longer */
  bool is_guess;        /* an event, but perhaps not of the same activation of the function */
  bool is_ignored;      /* the result of a call was not used */
  bool is_advanced;     /* the slot still points into the block, not at its beginning */
  bool is_param;        /* of the slot: a callee dropped it */
  ms_site_id kept_site; /* of the slot: its name; 0 none */
};

/* Lost blocks that hold each other: their ids, in ascending order. */
struct ms_cycle_ids {
  uint64_t *ids;
  size_t count;
};

/* Of block B. CYCLE: slots in these blocks do not count; NULL: B is not in a cycle. */
struct ms_lost_at ms_lost_at_of(struct ms_finder *finder, const struct ms_held_block *b,
                                const struct ms_cycle_ids *cycle);

/* "was overwritten", "went out of scope" ...: of the slot; of an unnamed pointer a whole sentence. */
const char *ms_lost_words(const struct ms_finder *finder, const struct ms_lost_at *lost);

/* The name of the slot that is meant: "it->name"; NULL none. */
const char *ms_lost_slot(const struct ms_finder *finder, const struct ms_lost_at *lost);

/* How NODE is reached from a named root: "cache.entries[].buf". The caller frees. */
char *ms_reach_path(const struct ms_leak_graph *graph, uint32_t node);

/* The member that the pointer of EDGE lies in, as it is written after its owner: "name", "tab[]". */
const char *ms_edge_member(const struct ms_leak_graph *graph, const struct ms_leak_edge *edge);

#endif
