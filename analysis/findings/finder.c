/* finder.c - see finder.h: findings are put together.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/finder.h"

#include <math.h>

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

struct ms_finding *ms_finder_add(struct ms_finder *f, enum ms_finding_kind kind) {
  MS_GROW(f->findings.items, f->findings.count, f->capacity);
  struct ms_finding *finding = &f->findings.items[f->findings.count++];
  *finding = (struct ms_finding){
      .kind = kind, .severity = ms_finding_severity(kind), .source = MS_SOURCE_CAPTURED, .confidence = 1};
  return finding;
}

double ms_finding_confidence(uint64_t support, uint64_t against) {
  double z = 1.96, n = (double)(support + against), p = (double)support / n;
  return (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n);
}

void ms_finding_infer(struct ms_finding *finding, const char *rule, uint64_t support, uint64_t against) {
  finding->source = MS_SOURCE_INFERRED;
  finding->rule = rule;
  finding->support = support;
  finding->against = against;
  finding->confidence = ms_finding_confidence(support, against);
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

void ms_finding_step_birth(const struct ms_finder *f, struct ms_finding *finding, uint64_t event,
                           ms_context_id context) {
  ms_site_id site = ms_finder_birth_site(f, context);
  ms_finding_step_add(finding, MS_STEP_ALLOCATED, event, context, site, ms_finder_slot_path(f, site), NULL);
}

ms_site_id ms_finder_free_site(const struct ms_finder *f, ms_context_id context) {
  const struct ms_trace_context *c = ms_trace_context(f->trace, context);
  return c->call_site ? c->call_site : c->name_site;
}

char *ms_finder_free_text(const struct ms_finder *f, ms_context_id context) {
  const struct ms_trace_context *c = ms_trace_context(f->trace, context);
  const struct ms_trace_site *site = ms_trace_site(f->trace, ms_finder_free_site(f, context));
  return ms_xasprintf("%s(%s)", *site->callee ? site->callee : ms_alloc_fn_name(c->fn), site->path);
}

void ms_finding_step_free(const struct ms_finder *f, struct ms_finding *finding, enum ms_step_role role,
                          uint64_t event, ms_context_id context) {
  ms_site_id site = ms_finder_free_site(f, context);
  char *text = ms_finder_free_text(f, context);
  ms_finding_step_add(finding, role, event, context, site, ms_finder_slot_path(f, site), text);
  free(text);
}
