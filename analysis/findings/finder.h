/* finder.h - what the checks of one trace share: the state of the replay, and a place to report.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A check is a struct ms_check: it is told every notice of the replay (model/slots.h), and asked
 * for its findings at the end. Checks do not know each other; what several need (what is
 * remembered of each block, the exit snapshot) is here.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_FINDER_H
#define MEMSCOPE_ANALYSIS_FINDINGS_FINDER_H

#include "analysis/findings/block_notes.h"
#include "analysis/findings/exit_view.h"
#include "analysis/findings/finding.h"
#include "analysis/findings/handovers.h"
#include "analysis/findings/opaque.h"
#include "analysis/findings/past_blocks.h"
#include "analysis/run/run.h"
#include "analysis/trace/drop_sites.h"

struct ms_leak_graph;

struct ms_finder {
  struct ms_run *run;
  struct ms_trace *trace;
  struct ms_slots *slots;
  const struct ms_model *model;
  struct ms_block_notes notes;
  struct ms_exit_view view;
  struct ms_past_blocks past;
  struct ms_opaque opaque;
  struct ms_handovers handovers;
  struct ms_drop_sites drops; /* asked at the end only: it may move the sites of the trace */
  struct ms_leak_graph *graph; /* once the trace has ended; NULL if pointer copies are not recorded */
  bool is_full;       /* every module records every variable */
  struct ms_findings findings;
  size_t capacity;
};

struct ms_check {
  void *(*open)(struct ms_finder *finder); /* its state */
  void (*notice)(void *state, const struct ms_notice *notice); /* NULL: of no interest */
  void (*finish)(void *state);             /* the trace has ended: report */
  void (*close)(void *state);
};

/* All of them. */
#define MS_CHECK(name) extern const struct ms_check ms_check_##name;
#include "analysis/findings/checks.def"

/* A new finding of KIND; fill in the rest. The pointer lives until the next call. */
struct ms_finding *ms_finder_add(struct ms_finder *finder, enum ms_finding_kind kind);

/* FINDING is inferred by RULE, a literal, from so many observations. Its confidence is the lower
 * bound of the 95 % Wilson interval of the share that supports it. SUPPORT is not 0. */
void ms_finding_infer(struct ms_finding *finding, const char *rule, uint64_t support, uint64_t against);

/* That bound. */
double ms_finding_confidence(uint64_t support, uint64_t against);

/* One more step of FINDING. SLOT and TEXT are copied, either may be NULL. */
struct ms_finding_step *ms_finding_step_add(struct ms_finding *finding, enum ms_step_role role, uint64_t event,
                                            ms_context_id context, ms_site_id site, const char *slot,
                                            const char *text);

/* Sets FINDING's name and type from what is known of the block that CONTEXT allocated; NAME (0 none) was
 * given by the program. */
void ms_finding_name_block(const struct ms_finder *finder, struct ms_finding *finding, ms_context_id context,
                           ms_string_id name);

/* The usual steps: a block was born, a free took place (with the call as text). */
void ms_finding_step_birth(const struct ms_finder *finder, struct ms_finding *finding, uint64_t event,
                           ms_context_id context);
void ms_finding_step_free(const struct ms_finder *finder, struct ms_finding *finding, enum ms_step_role role,
                          uint64_t event, ms_context_id context);

/* The call that frees, for a free with CONTEXT; 0 none. */
ms_site_id ms_finder_free_site(const struct ms_finder *finder, ms_context_id context);

/* "free(p)": that call. The caller frees. */
char *ms_finder_free_text(const struct ms_finder *finder, ms_context_id context);

/* The site that names what CONTEXT allocated; 0 none. */
ms_site_id ms_finder_birth_site(const struct ms_finder *finder, ms_context_id context);

/* How the source writes the slot of SITE: "it->name"; NULL if there is no word for it. */
const char *ms_finder_slot_path(const struct ms_finder *finder, ms_site_id site);

/* "1 byte is", "40 bytes in 3 blocks are": for titles. The caller frees. */
char *ms_amount_text(uint64_t bytes, uint64_t blocks);

#endif
