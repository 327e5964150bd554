/* owned_blocks.c - see owned_blocks.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/ownership/owned_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

/* COUNT_MAX: more of one kind is not told apart; it keeps observations few. */
enum { CHANGES_MAX = 128, COUNT_MAX = 16 };

void ms_owned_fini(struct ms_owned_blocks *b) {
  for (uint32_t i = 0; i < b->count; i++) {
    free(b->at[i].changes);
    free(b->at[i].given);
  }
  free(b->at);
  ms_address_map_fini(&b->by_id);
  memset(b, 0, sizeof *b);
}

struct ms_owned *ms_owned_find(const struct ms_owned_blocks *b, uint64_t id) {
  uint32_t i;
  return id && ms_address_map_find(&b->by_id, id, &i) ? &b->at[i] : NULL;
}

struct ms_owned *ms_owned_get(struct ms_owned_blocks *b, uint64_t id) {
  struct ms_owned *found = ms_owned_find(b, id);
  if (found)
    return found;
  uint32_t i;
  if (b->free_list) {
    i = b->free_list - 1;
    b->free_list = b->at[i].next_free;
  } else {
    MS_GROW(b->at, b->count, b->capacity);
    i = b->count++;
  }
  b->at[i] = (struct ms_owned){.id = id};
  ms_address_map_put(&b->by_id, id, i);
  return &b->at[i];
}

void ms_owned_check(struct ms_owned_blocks *b, struct ms_owned *block) {
  if (!block->end_event || block->watchers || block->locals > 0 || block->holds.count)
    return;
  ms_address_map_remove(&b->by_id, block->id);
  free(block->changes);
  free(block->given);
  block->changes = NULL;
  block->given = NULL;
  block->id = 0;
  block->next_free = b->free_list;
  b->free_list = (uint32_t)(block - b->at) + 1;
}

void ms_owned_change(struct ms_owned *b, uint64_t event, uint32_t subject, int32_t n) {
  if (b->change_count == CHANGES_MAX) {
    uint32_t half = CHANGES_MAX / 2;
    b->forgotten = b->changes[half - 1].event;
    memmove(b->changes, b->changes + half, half * sizeof *b->changes);
    b->change_count = half;
  }
  if (b->change_count == b->change_capacity) {
    b->change_capacity = b->change_capacity ? b->change_capacity * 2 : 4;
    b->changes = ms_xrealloc(b->changes, b->change_capacity, sizeof *b->changes);
  }
  b->changes[b->change_count++] = (struct ms_change){event, subject, n};
}

struct ms_items ms_owned_since(const struct ms_owned *b, uint64_t event) {
  struct ms_items items = {.is_unclear = b->forgotten > event};
  for (uint32_t i = b->change_count; i > 0 && b->changes[i - 1].event > event; i--)
    ms_items_add(&items, b->changes[i - 1].subject, b->changes[i - 1].n);
  return items;
}

struct ms_items ms_owned_standing(const struct ms_owned *b) {
  struct ms_items items = b->holds;
  for (uint32_t i = 0; i < b->counter_count; i++)
    ms_items_add(&items, b->counters[i].subject, b->counters[i].sum);
  ms_items_add(&items, MS_SUBJECT_BIRTH, 1);
  for (uint32_t i = 0; i < items.count; i++)
    if (items.at[i].n > COUNT_MAX)
      items.at[i].n = COUNT_MAX;
    else if (items.at[i].n < -COUNT_MAX)
      items.at[i].n = -COUNT_MAX;
  return items;
}

struct ms_counter_state *ms_owned_counter(struct ms_owned *b, uint32_t subject) {
  for (uint32_t i = 0; i < b->counter_count; i++)
    if (b->counters[i].subject == subject)
      return &b->counters[i];
  if (b->counter_count == MS_COUNTERS_MAX)
    return NULL;
  b->counters[b->counter_count] = (struct ms_counter_state){.subject = subject};
  return &b->counters[b->counter_count++];
}

void ms_owned_set_origin(struct ms_owned *b, uint64_t event, struct ms_origin from) {
  uint32_t i = b->origin_count++ % MS_ORIGINS_MAX;
  b->origins[i].event = event;
  b->origins[i].from = from;
}

void ms_owned_drop_origins(struct ms_owned *b, uint32_t subject) {
  for (uint32_t i = 0; i < MS_ORIGINS_MAX && i < b->origin_count; i++)
    if (b->origins[i].from.kind == subject)
      b->origins[i].from.kind = 0;
  if (b->passed.kind == subject)
    b->passed.kind = 0;
}

struct ms_origin ms_owned_origin(const struct ms_owned *b, uint64_t event) {
  for (uint32_t i = 0; i < MS_ORIGINS_MAX && i < b->origin_count; i++)
    if (b->origins[i].event == event)
      return b->origins[i].from;
  return (struct ms_origin){.kind = 0};
}
