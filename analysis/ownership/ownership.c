/* ownership.c - see ownership.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/ownership/ownership.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/ownership/conclude.h"
#include "analysis/ownership/violations.h"
#include "analysis/ownership/watch.h"
#include "support/grow.h"

struct ms_ownership {
  struct ms_evidence evidence;
  struct ms_suspects suspects;
  struct ms_watch watch; /* of the trace that was read last */
  uint32_t traces;
  bool is_recorded, has_calls;
  uint32_t *order; /* subjects, sorted */
  uint32_t fact_count;
  struct ms_violation *violations;
  size_t violation_count, violation_capacity;
};

struct ms_ownership *ms_ownership_new(void) {
  struct ms_ownership *o = ms_xcalloc(1, sizeof *o);
  ms_evidence_init(&o->evidence);
  return o;
}

void ms_ownership_free(struct ms_ownership *o) {
  if (!o)
    return;
  ms_evidence_fini(&o->evidence);
  ms_watch_fini(&o->watch);
  ms_suspects_fini(&o->suspects);
  free(o->order);
  free(o->violations);
  free(o);
}

void ms_ownership_begin(struct ms_ownership *o, struct ms_run *run, struct ms_slots *slots) {
  ms_watch_fini(&o->watch);
  o->watch = (struct ms_watch){.evidence = &o->evidence, .suspects = &o->suspects, .trace = ms_run_trace(run),
                               .slots = slots, .number = ++o->traces};
  ms_watch_declarations(&o->watch);
  o->is_recorded |= slots && ms_slots_is_recorded(slots);
}

void ms_ownership_take(struct ms_ownership *o, const struct ms_notice *notice) { ms_watch_notice(&o->watch, notice); }

void ms_ownership_end(struct ms_ownership *o) {
  ms_watch_finish(&o->watch);
  o->has_calls |= o->watch.has_calls;
}

void ms_ownership_read(struct ms_ownership *o, struct ms_run *run) {
  ms_ownership_begin(o, run, NULL);
  o->watch.slots = ms_run_slots(run, ms_watch_notice, &o->watch);
  o->is_recorded |= ms_slots_is_recorded(o->watch.slots);
  ms_run_replay(run);
  ms_ownership_end(o);
}

uint32_t ms_ownership_kind(const struct ms_ownership *o, const struct ms_slot *slot) {
  uint32_t kind;
  bool is_known = slot->where != MS_IN_VARIABLE && ms_address_map_find(&o->watch.slot_kinds, slot->event, &kind);
  return is_known ? kind : 0;
}

bool ms_ownership_slot_fact(const struct ms_ownership *o, uint32_t kind, struct ms_slot_fact *ret) {
  if (kind < MS_SUBJECT_FIRST_REAL || kind >= o->evidence.subject_count)
    return false;
  const struct ms_subject *s = &o->evidence.subjects[kind];
  *ret = (struct ms_slot_fact){s->name, &s->conclusion, s->lone, s->shared, s->let_go, s->left};
  return true;
}

bool ms_ownership_is_counted(const struct ms_ownership *o, uint64_t block) {
  const struct ms_owned *owned = ms_owned_find(&o->watch.blocks, block);
  return !owned || owned->counter_count;
}

static const struct ms_evidence *sorted_evidence; /* for the comparison below; one at a time */

static int by_name(const void *a, const void *b) {
  const struct ms_subject *x = &sorted_evidence->subjects[*(const uint32_t *)a];
  const struct ms_subject *y = &sorted_evidence->subjects[*(const uint32_t *)b];
  bool x_function = x->kind == MS_OWN_PARAMETER || x->kind == MS_OWN_RESULT;
  bool y_function = y->kind == MS_OWN_PARAMETER || y->kind == MS_OWN_RESULT;
  if (x_function != y_function || (!x_function && x->kind != y->kind))
    return x->kind < y->kind ? -1 : 1;
  int order = strcmp(x->function, y->function);
  if (order)
    return order;
  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  order = strcmp(x->name, y->name);
  return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* Whether there is anything to say about S. */
static bool is_fact(const struct ms_subject *s) {
  return s->kind != MS_OWN_NOTHING && (s->is_exercised || (s->kind == MS_OWN_PARAMETER && s->conclusion.stance));
}

static void add_violations(struct ms_ownership *o) {
  const struct ms_evidence *e = &o->evidence;
  for (uint32_t i = 0; i < o->suspects.count; i++) {
    const struct ms_suspect *s = &o->suspects.at[i];
    enum ms_ownership_rule_id rule = ms_violation_rule(e, s);
    if (rule == MS_ORULE_NONE)
      continue;
    MS_GROW(o->violations, o->violation_count, o->violation_capacity);
    o->violations[o->violation_count++] =
        (struct ms_violation){rule, e->subjects[s->subject].name, s->block, s->function, s->file, s->line, s->trace,
                              s->event, s->count};
  }
}

void ms_ownership_conclude(struct ms_ownership *o) {
  struct ms_evidence *e = &o->evidence;
  ms_conclude(e);
  o->order = ms_xcalloc(e->subject_count, sizeof *o->order);
  for (uint32_t i = 0; i < e->subject_count; i++)
    if (is_fact(&e->subjects[i]))
      o->order[o->fact_count++] = i;
  sorted_evidence = e;
  if (o->fact_count > 1)
    qsort(o->order, o->fact_count, sizeof *o->order, by_name);
  add_violations(o);
}

size_t ms_ownership_fact_count(const struct ms_ownership *o) { return o->fact_count; }

static const char *note_of(const struct ms_subject *s) {
  if (s->kind != MS_OWN_PARAMETER || !s->is_instrumented)
    return "";
  switch (s->flags & (MS_SITE_F_P_FREED | MS_SITE_F_P_STORED)) {
  case MS_SITE_F_P_FREED: return "may free";
  case MS_SITE_F_P_STORED: return "may store";
  case MS_SITE_F_P_FREED | MS_SITE_F_P_STORED: return "may free or store";
  default:
    return s->flags & MS_SITE_F_P_PASSED ? "may pass on" : s->flags & MS_SITE_F_P_RETURNED ? "may return" : "only uses";
  }
}

struct ms_fact ms_ownership_fact(const struct ms_ownership *o, size_t index) {
  const struct ms_subject *s = &o->evidence.subjects[o->order[index]];
  bool is_parameter = s->kind == MS_OWN_PARAMETER;
  const struct ms_subject *function = is_parameter ? &o->evidence.subjects[s->function_subject] : s;
  return (struct ms_fact){s->kind, s->function, is_parameter ? s->label : s->name, s->type, s->file,
                          function->declaration, s->line, s->index, function->flags, note_of(s), s->conclusion};
}

size_t ms_ownership_violation_count(const struct ms_ownership *o) { return o->violation_count; }
const struct ms_violation *ms_ownership_violation(const struct ms_ownership *o, size_t i) { return &o->violations[i]; }
bool ms_ownership_is_recorded(const struct ms_ownership *o) { return o->is_recorded; }
bool ms_ownership_has_calls(const struct ms_ownership *o) { return o->has_calls; }

const char *ms_ownership_rule_name(unsigned rule) {
  static const char *const names[] = {"none",
#define MS_OWNERSHIP_RULE(id, name, source) name,
#define MS_VIOLATION_RULE(id, name) name,
#include "analysis/ownership/ownership_rules.def"
  };
  return rule < sizeof names / sizeof names[0] ? names[rule] : "?";
}

const char *ms_subject_kind_name(unsigned kind) {
  static const char *const names[] = {"nothing", "field", "global", "local", "parameter", "result", "counter"};
  return kind < sizeof names / sizeof names[0] ? names[kind] : "?";
}

const char *ms_stance_name(unsigned kind, unsigned stance) {
  static const char *const slots[] = {"unknown", "owns", "shares", "borrows", "returns-argument", "counts-references",
                                      "counts-something-else"};
  static const char *const parameters[] = {"unknown", "takes", "takes", "borrows", "?", "?", "?"};
  static const char *const results[] = {"unknown", "returns-owned", "returns-owned", "returns-borrowed",
                                        "returns-argument", "?", "?"};
  if (stance >= MS_STANCE_END)
    return "?";
  return kind == MS_OWN_PARAMETER ? parameters[stance] : kind == MS_OWN_RESULT ? results[stance] : slots[stance];
}
