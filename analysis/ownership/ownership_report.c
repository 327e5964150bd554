/* ownership_report.c - see ownership_report.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/ownership/ownership_report.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "analysis/ownership/confidence.h"
#include "support/xalloc.h"

static bool is_selected(const struct ms_fact *f, const struct ms_ownership_select *s) {
  if (s->filter && fnmatch(s->filter, f->function, 0) != 0 && fnmatch(s->filter, f->name, 0) != 0)
    return false;
  return s->min == MS_CONFIDENCE_LOW || (f->conclusion.stance && f->conclusion.label >= s->min);
}

/* Examples are of traces that are counted from 1. */
static struct ms_report_example example(uint64_t event, uint32_t trace) {
  return (struct ms_report_example){trace ? event : 0, trace ? trace - 1 : 0};
}

static struct ms_report_owner owner_of(const struct ms_fact *f) {
  const struct ms_conclusion *c = &f->conclusion;
  return (struct ms_report_owner){
      .kind = ms_subject_kind_name(f->kind), .function = f->function,
      .name = f->name, .type = f->type, .file = f->file,
      .declaration = f->declaration, .line = f->line, .index = f->index,
      .is_static = f->flags & MS_SITE_F_STATIC, .verdict = ms_stance_name(f->kind, c->stance),
      .why_not = c->stance ? "" : c->why_not ? c->why_not : "not observed", .frees = c->how & MS_HOW_FREES,
      .stores = c->how & MS_HOW_STORES, .counts = c->how & MS_HOW_COUNTS, .returns = c->how & MS_HOW_RETURNS,
      .is_counted = c->is_counted,
      .returned_argument = c->stance == MS_STANCE_RETURNS_ARGUMENT ? (int)c->returned_index : -1,
      .compiler = f->static_note, .source = ms_fact_source_name(c->source ? c->source : MS_SOURCE_INFERRED),
      .rule = c->rule ? ms_ownership_rule_name(c->rule) : "", .label = ms_confidence_name(c->label),
      .confidence = c->confidence, .weight_for = c->weight_for, .weight_against = c->weight_against,
      .observed_for = c->observed_for, .observed_against = c->observed_against,
      .example_for = example(c->event_for, c->trace_for),
      .example_against = example(c->event_against, c->trace_against)};
}

struct ms_report_ownership ms_ownership_report(const struct ms_ownership *o, const char *const *paths, size_t count,
                                               const struct ms_ownership_select *select) {
  size_t facts = ms_ownership_fact_count(o), violations = ms_ownership_violation_count(o);
  struct ms_report_ownership r = {.traces = paths, .trace_count = count, .is_recorded = ms_ownership_is_recorded(o),
                                  .has_calls = ms_ownership_has_calls(o),
                                  .facts = ms_xcalloc(facts + 1, sizeof *r.facts),
                                  .violations = ms_xcalloc(violations + 1, sizeof *r.violations)};
  for (size_t i = 0; i < facts; i++) {
    struct ms_fact f = ms_ownership_fact(o, i);
    if (is_selected(&f, select))
      r.facts[r.fact_count++] = owner_of(&f);
  }
  for (size_t i = 0; i < violations; i++) {
    const struct ms_violation *v = ms_ownership_violation(o, i);
    if (select->filter && fnmatch(select->filter, v->slot, 0) != 0 && fnmatch(select->filter, v->function, 0) != 0)
      continue;
    r.violations[r.violation_count++] =
        (struct ms_report_violation){ms_ownership_rule_name(v->rule), v->slot, v->block, v->function, v->file, v->line,
                                     v->count, example(v->event, v->trace)};
  }
  return r;
}

void ms_ownership_report_fini(struct ms_report_ownership *r) {
  free(r->facts);
  free(r->violations);
}
