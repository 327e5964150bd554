/* evidence.c - see evidence.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/ownership/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

/* A subject that is observed in ever new ways tells nothing new after so many. */
enum { OBSERVATIONS_PER_SUBJECT = 2048 };

void ms_evidence_init(struct ms_evidence *e) {
  memset(e, 0, sizeof *e);
  for (uint32_t i = 0; i < MS_SUBJECT_FIRST_REAL; i++)
    (void)ms_evidence_subject(e, MS_OWN_NOTHING, "", "", i);
}

void ms_evidence_fini(struct ms_evidence *e) {
  ms_intern_fini(&e->strings);
  ms_index_fini(&e->subject_index);
  ms_index_fini(&e->observation_index);
  free(e->subjects);
  free(e->observations);
}

const char *ms_evidence_text(struct ms_evidence *e, const char *text) {
  return *text ? ms_intern(&e->strings, text, strlen(text)) : "";
}

uint32_t ms_evidence_subject(struct ms_evidence *e, enum ms_subject_kind kind, const char *function, const char *name,
                             uint32_t index) {
  uint64_t parts[4] = {kind, *function ? (uintptr_t)function : 0, *name ? (uintptr_t)name : 0, index};
  uint64_t hash = ms_hash_bytes(parts, sizeof parts);
  struct ms_index_cursor c = ms_index_start(&e->subject_index, hash);
  for (uint32_t i; ms_index_next(&e->subject_index, &c, &i);) {
    const struct ms_subject *s = &e->subjects[i];
    if (s->kind == kind && s->index == index && (s->function == function || !(*s->function || *function)) &&
        (s->name == name || !(*s->name || *name)))
      return i;
  }
  ms_index_add(&e->subject_index, hash, e->subject_count);
  MS_GROW(e->subjects, e->subject_count, e->subject_capacity);
  e->subjects[e->subject_count] = (struct ms_subject){.kind = kind, .function = function, .name = name, .type = "",
                                                      .file = "", .declaration = "", .label = "", .index = index};
  return e->subject_count++;
}

void ms_items_add(struct ms_items *items, uint32_t subject, int32_t n) {
  uint32_t i = 0;
  while (i < items->count && items->at[i].subject < subject)
    i++;
  if (i < items->count && items->at[i].subject == subject) {
    items->at[i].n += n;
    if (items->at[i].n == 0)
      memmove(&items->at[i], &items->at[i + 1], (--items->count - i) * sizeof items->at[0]);
    return;
  }
  if (n == 0)
    return;
  if (items->count == MS_ITEMS_MAX) {
    items->is_unclear = true;
    return;
  }
  memmove(&items->at[i + 1], &items->at[i], (items->count++ - i) * sizeof items->at[0]);
  items->at[i] = (struct ms_item){subject, n};
}

int32_t ms_items_of(const struct ms_items *items, uint32_t subject) {
  for (uint32_t i = 0; i < items->count; i++)
    if (items->at[i].subject == subject)
      return items->at[i].n;
  return 0;
}

static bool same_items(const struct ms_items *a, const struct ms_items *b) {
  return a->count == b->count && memcmp(a->at, b->at, a->count * sizeof a->at[0]) == 0;
}

void ms_evidence_add(struct ms_evidence *e, uint32_t subject, enum ms_ownership_rule_id rule, const struct ms_items *items,
                     uint64_t unit, uint64_t block, uint64_t event, uint32_t trace) {
  struct ms_subject *s = &e->subjects[subject];
  s->is_exercised = true;
  if (items->is_unclear) {
    s->unclear++;
    return;
  }
  uint64_t parts[3 + MS_ITEMS_MAX] = {subject, rule, unit};
  for (uint32_t i = 0; i < items->count; i++)
    parts[3 + i] = (uint64_t)items->at[i].subject << 32 | (uint32_t)items->at[i].n;
  uint64_t hash = ms_hash_bytes(parts, sizeof parts);
  struct ms_index_cursor c = ms_index_start(&e->observation_index, hash);
  for (uint32_t i; ms_index_next(&e->observation_index, &c, &i);) {
    struct ms_observation *o = &e->observations[i];
    if (o->subject != subject || o->rule != rule || o->unit != unit || !same_items(&o->items, items))
      continue;
    o->count++;
    o->blocks += block != o->last_block;
    o->last_block = block;
    return;
  }
  if (s->observations == OBSERVATIONS_PER_SUBJECT) {
    s->dropped++;
    return;
  }
  ms_index_add(&e->observation_index, hash, e->observation_count);
  MS_GROW(e->observations, e->observation_count, e->observation_capacity);
  e->observations[e->observation_count] =
      (struct ms_observation){.items = *items, .unit = unit, .count = 1, .blocks = 1, .last_block = block, .event = event,
                              .trace = trace, .subject = subject, .next = s->first, .rule = rule};
  s->first = ++e->observation_count;
  s->observations++;
}
