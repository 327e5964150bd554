/* find.c - see find.h: one replay, told to every check.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/find.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

static const struct ms_check *const checks[] = {
#define MS_CHECK(name) &ms_check_##name,
#include "analysis/findings/checks.def"
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

struct replay {
  struct ms_finder finder;
  void *states[CHECKS];
};

struct ms_finding *ms_finder_add(struct ms_finder *f, enum ms_finding_kind kind) {
  MS_GROW(f->findings.items, f->findings.count, f->capacity);
  struct ms_finding *finding = &f->findings.items[f->findings.count++];
  *finding = (struct ms_finding){
      .kind = kind, .severity = ms_finding_severity(kind), .source = MS_SOURCE_CAPTURED, .confidence = 1};
  return finding;
}

struct ms_finding_step *ms_finding_step_add(struct ms_finding *f, enum ms_step_role role, uint64_t event,
                                            ms_context_id context, ms_site_id site, const char *slot,
                                            const char *text) {
  f->steps = ms_xrealloc(f->steps, f->step_count + 1, sizeof *f->steps);
  struct ms_finding_step *step = &f->steps[f->step_count++];
  *step = (struct ms_finding_step){.role = role, .event = event, .context = context, .site = site,
                                   .slot = slot && *slot ? ms_xstrdup(slot) : NULL,
                                   .text = text ? ms_xstrdup(text) : NULL, .source = MS_SOURCE_CAPTURED};
  return step;
}

ms_site_id ms_finder_birth_site(const struct ms_finder *f, ms_context_id context) {
  const struct ms_trace_context *c = ms_trace_context(f->trace, context);
  return c->name_site ? c->name_site : c->call_site;
}

const char *ms_finder_slot_path(const struct ms_finder *f, ms_site_id site) {
  const char *path = ms_trace_site(f->trace, site)->path;
  return *path ? path : NULL;
}

void ms_finding_name_block(const struct ms_finder *f, struct ms_finding *finding, ms_context_id context,
                           ms_string_id name) {
  const struct ms_trace_site *site = ms_trace_site(f->trace, ms_finder_birth_site(f, context));
  finding->name = name            ? ms_xstrdup(ms_trace_string(f->trace, name))
                  : *site->path   ? ms_xstrdup(site->path)
                  : *site->callee ? ms_xasprintf("%s()", site->callee)
                                  : ms_xstrdup("");
  finding->type = ms_xstrdup(site->type);
}

char *ms_amount_text(uint64_t bytes, uint64_t blocks) {
  unsigned long long n = bytes, k = blocks;
  if (blocks == 1)
    return ms_xasprintf("%llu %s", n, n == 1 ? "byte is" : "bytes are");
  return ms_xasprintf("%llu bytes in %llu blocks are", n, k);
}

static void on_notice(void *user, const struct ms_notice *notice) {
  struct replay *r = user;
  struct ms_finder *f = &r->finder;
  ms_exit_view_take(&f->view, f->trace, notice);
  for (size_t i = 0; i < CHECKS; i++)
    if (checks[i]->notice)
      checks[i]->notice(r->states[i], notice);
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
  return levels && strcmp(levels, "full") == 0;
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
  f->is_full = all_full(f->trace);
  f->slots = ms_run_slots(f->run, on_notice, r);
  for (size_t i = 0; i < CHECKS; i++)
    r->states[i] = checks[i]->open(f);
  ms_run_replay(f->run);
  for (size_t i = 0; i < CHECKS; i++)
    checks[i]->finish(r->states[i]);
  for (size_t i = 0; i < CHECKS; i++)
    checks[i]->close(r->states[i]);
  if (f->findings.count > 1)
    qsort(f->findings.items, f->findings.count, sizeof *f->findings.items, by_importance);
  *ret_run = f->run;
  *ret_findings = f->findings;
  ms_block_notes_fini(&f->notes);
  ms_exit_view_fini(&f->view);
  free(f->opaque);
  free(r);
  return MS_OK;
}
