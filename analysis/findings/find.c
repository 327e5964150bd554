/* find.c - see find.h: one replay, told to every check.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/find.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/findings/blind_spots.h"
#include "analysis/findings/leak_graph.h"
#include "support/xalloc.h"

static const struct ms_check *const checks[] = {
#define MS_CHECK(name) &ms_check_##name,
#include "analysis/findings/checks.def"
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

struct replay {
  struct ms_finder finder;
  void *states[CHECKS];
};

static void on_notice(void *user, const struct ms_notice *notice) {
  struct replay *r = user;
  struct ms_finder *f = &r->finder;
  ms_exit_view_take(&f->view, f->trace, notice);
  for (size_t i = 0; i < CHECKS; i++)
    if (checks[i]->notice)
      checks[i]->notice(r->states[i], notice);
  ms_past_blocks_take(&f->past, notice);
  ms_handovers_take(&f->handovers, &f->opaque, notice);
  ms_blind_spots_take(f, notice);
  ms_block_notes_take(&f->notes, f->trace, f->slots, notice); /* last: a check sees a block's notes at its end */
}

static int by_importance(const void *a, const void *b) {
  const struct ms_finding *x = a, *y = b;
  if (x->severity != y->severity)
    return x->severity < y->severity ? -1 : 1;
  if (x->bytes != y->bytes)
    return x->bytes > y->bytes ? -1 : 1;
  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (x->block != y->block)
    return x->block < y->block ? -1 : 1;
  return x->site < y->site ? -1 : x->site > y->site;
}

/* Whether every module records pointer variables too. */
static bool all_full(const struct ms_trace *trace) {
  const char *levels = ms_trace_info(trace, "levels");
  bool is_full = levels && (strcmp(levels, "full") == 0 || strcmp(levels, "check") == 0 ||
                            strcmp(levels, "full,check") == 0);
  return is_full && !ms_trace_info(trace, "levels-later");
}

enum ms_status ms_find(const char *path, struct ms_run **ret_run, struct ms_findings *ret_findings,
                       struct ms_error *err) {
  struct replay *r = ms_xcalloc(1, sizeof *r);
  struct ms_finder *f = &r->finder;
  enum ms_status status = ms_run_prepare(path, &f->run, err);
  if (status != MS_OK) {
    free(r);
    return status;
  }
  f->trace = ms_run_trace(f->run);
  f->model = ms_run_model(f->run);
  ms_opaque_init(&f->opaque, f->trace);
  f->is_full = all_full(f->trace);
  f->slots = ms_run_slots(f->run, on_notice, r);
  ms_slots_skip_origins(f->slots);
  for (size_t i = 0; i < CHECKS; i++)
    r->states[i] = checks[i]->open(f);
  ms_run_replay(f->run);
  struct ms_leak_graph graph;
  if (ms_slots_is_recorded(f->slots)) {
    ms_leak_graph_build(&graph, f);
    f->graph = &graph;
  }
  for (size_t i = 0; i < CHECKS; i++)
    checks[i]->finish(r->states[i]);
  ms_blind_spots_apply(f);
  for (size_t i = 0; i < CHECKS; i++)
    checks[i]->close(r->states[i]);
  if (f->graph)
    ms_leak_graph_fini(f->graph);
  if (f->findings.count > 1)
    qsort(f->findings.items, f->findings.count, sizeof *f->findings.items, by_importance);
  *ret_run = f->run;
  f->findings.muted_blocks = ms_slots_muted(f->slots);
  *ret_findings = f->findings;
  ms_block_notes_fini(&f->notes);
  ms_exit_view_fini(&f->view);
  ms_opaque_fini(&f->opaque);
  ms_handovers_fini(&f->handovers);
  ms_past_blocks_fini(&f->past);
  ms_drop_sites_fini(&f->drops);
  free(r);
  return MS_OK;
}
