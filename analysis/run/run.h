/* run.h - one recorded process, opened: its trace, its parents' traces, its model.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A forked process begins with its parent's heap. If the parent's trace lies in the same
 * directory it is read up to the fork, and its live blocks are inherited; if not, frees of
 * such blocks count as unknown (ms_model_totals.unknown_frees).
 */
#ifndef MEMSCOPE_ANALYSIS_RUN_H
#define MEMSCOPE_ANALYSIS_RUN_H

#include "analysis/model/model.h"
#include "analysis/model/slots.h"
#include "analysis/trace/symbols.h"
#include "analysis/trace/trace.h"

struct ms_run;

/* Opens the trace at PATH and replays it. Close with ms_run_close. */
MS_NODISCARD enum ms_status ms_run_open(const char *path, struct ms_run **ret_run,
                                        struct ms_error *err);
void ms_run_close(struct ms_run *run);

/* The same in two steps: opened but not replayed (the parent is); then ms_run_slots, if
 * slots are wanted, with what is to be told of them; then the replay. */
MS_NODISCARD enum ms_status ms_run_prepare(const char *path, struct ms_run **ret_run, struct ms_error *err);
struct ms_slots *ms_run_slots(struct ms_run *run, ms_slots_observer *observer, void *user);
void ms_run_replay(struct ms_run *run);

struct ms_trace *ms_run_trace(const struct ms_run *run);
const struct ms_model *ms_run_model(const struct ms_run *run);

/* The parent whose heap was inherited, or NULL: not forked, or its trace was not found. */
const struct ms_run *ms_run_parent(const struct ms_run *run);

/* Symbols of TRACE, which is RUN's or one of its parents'. Loaded when first asked for. */
struct ms_symbols *ms_run_symbols(struct ms_run *run, const struct ms_trace *trace);

#endif
