/* check_realloc.c - blocks that grow in many small steps.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block that grows by a factor carries each of its bytes a constant number of times (1.5: three
 * times); one that grows by a constant carries half of its size at every step. What counts is the sum of the sizes that
 * a realloc had to keep: whether the allocator found room in place is its luck, and is told, too.
 * A chain is bad if it has STEPS_MIN steps and carried FACTOR_MIN times what it came to. A place is reported if its
 * bad chains carried CARRIED_MIN bytes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

enum { STEPS_MIN = 32, FACTOR_MIN = 8, CARRIED_MIN = 256 * 1024 };

/* A block that has been reallocated, and lives. */
struct chain {
  uint64_t first, largest, carried, steps, moved;
  struct ms_past_block birth; /* of the first block */
  uint32_t next_free;
};

/* Bad chains of blocks that are born at one site and grow at another. */
struct place {
  ms_site_id birth, site;
  struct chain worst;
  uint64_t event; /* of its last step */
  ms_context_id context;
  uint64_t chains, steps, carried, moved;
};

struct reallocs {
  struct ms_finder *finder;
  struct chain *chains;
  uint32_t count, capacity, free_list; /* free_list: + 1 */
  struct ms_address_map by_block;      /* id */
  struct place *places;
  size_t place_count, place_capacity;
};

enum { PLACES_MAX = 256 };

static void *open_reallocs(struct ms_finder *finder) {
  struct reallocs *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_reallocs(void *state) {
  struct reallocs *s = state;
  free(s->chains);
  free(s->places);
  ms_address_map_fini(&s->by_block);
  free(s);
}

/* The chain of the block with ID, which is OLD's successor or OLD itself; made if there is none. */
static uint32_t chain_of(struct reallocs *s, const struct ms_held_block *old) {
  uint32_t index;
  if (ms_address_map_find(&s->by_block, old->id, &index)) {
    ms_address_map_remove(&s->by_block, old->id);
    return index;
  }
  if (s->free_list) {
    index = s->free_list - 1;
    s->free_list = s->chains[index].next_free;
  } else {
    MS_GROW(s->chains, s->count, s->capacity);
    index = s->count++;
  }
  s->chains[index] = (struct chain){.first = old->size, .largest = old->size, .birth = ms_past_block_of(old, NULL)};
  return index;
}

/* NEW takes the place of OLD. */
static void on_step(struct reallocs *s, const struct ms_held_block *old, const struct ms_held_block *new) {
  uint32_t index = chain_of(s, old);
  struct chain *c = &s->chains[index];
  if (new->size > old->size) {
    c->steps++;
    c->carried += old->size;
    c->moved += new->addr != old->addr ? old->size : 0;
  }
  c->largest = new->size > c->largest ? new->size : c->largest;
  ms_address_map_put(&s->by_block, new->id, index);
}

/* B, the last of its chain. */
static void judge(struct reallocs *s, const struct ms_held_block *b, const struct chain *c) {
  if (c->steps < STEPS_MIN || c->carried / FACTOR_MIN < c->largest)
    return;
  ms_site_id birth = ms_finder_birth_site(s->finder, c->birth.context), site = ms_finder_birth_site(s->finder, b->context);
  struct place *p = NULL;
  for (size_t i = 0; i < s->place_count && !p; i++)
    if (s->places[i].birth == birth && s->places[i].site == site)
      p = &s->places[i];
  if (!p) {
    if (s->place_count >= PLACES_MAX)
      return;
    MS_GROW(s->places, s->place_count, s->place_capacity);
    p = &s->places[s->place_count++];
    *p = (struct place){.birth = birth, .site = site};
  }
  if (c->carried > p->worst.carried) {
    p->worst = *c;
    p->context = b->context;
    p->event = b->event;
  }
  p->chains++;
  p->steps += c->steps;
  p->carried += c->carried;
  p->moved += c->moved;
}

static void notice_reallocs(void *state, const struct ms_notice *n) {
  struct reallocs *s = state;
  uint32_t index;
  if (n->kind != MS_NOTICE_END)
    return;
  if (n->other && n->other->predecessor == n->block->id) {
    on_step(s, n->block, n->other);
  } else if (ms_address_map_find(&s->by_block, n->block->id, &index)) {
    judge(s, n->block, &s->chains[index]);
    ms_address_map_remove(&s->by_block, n->block->id);
    s->chains[index].next_free = s->free_list;
    s->free_list = index + 1;
  }
}

static void report(struct reallocs *s, const struct place *p) {
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_REALLOC_CHAIN);
  const struct chain *c = &p->worst;
  ms_finding_name_block(s->finder, f, p->context, c->birth.name);
  f->site = p->site;
  f->context = p->context;
  f->block = c->birth.id;
  f->blocks = p->chains;
  f->bytes = p->carried;
  ms_finding_step_birth(s->finder, f, c->birth.event, c->birth.context);
  double factor = c->first && c->steps ? pow((double)c->largest / (double)c->first, 1.0 / (double)c->steps) : 0;
  char *seen = c->first ? ms_xasprintf(", by a factor of %.2f a step", factor) : ms_xstrdup("");
  char *text = ms_xasprintf("in %llu steps from %llu to %llu bytes%s", (unsigned long long)c->steps,
                            (unsigned long long)c->first, (unsigned long long)c->largest, seen);
  ms_finding_step_add(f, MS_STEP_GREW, p->event, p->context, p->site, ms_finder_slot_path(s->finder, p->site), text);
  free(text);
  free(seen);
  f->title = ms_xasprintf("%s grows in %llu steps, which carry %llu bytes along (%llu copied)", *f->name ? f->name : "a block",
                          (unsigned long long)p->steps, (unsigned long long)p->carried, (unsigned long long)p->moved);
  f->advice = ms_xstrdup("let the capacity grow by a factor (1.5 or 2), or reserve what is needed in advance");
}

static void finish_reallocs(void *state) {
  struct reallocs *s = state;
  for (uint32_t i = 0; i < ms_slots_block_count(s->finder->slots); i++) {
    const struct ms_held_block *b = ms_slots_block(s->finder->slots, i);
    uint32_t index;
    if (b->id && !b->end_event && ms_address_map_find(&s->by_block, b->id, &index))
      judge(s, b, &s->chains[index]);
  }
  for (size_t i = 0; i < s->place_count; i++)
    if (s->places[i].carried >= CARRIED_MIN)
      report(s, &s->places[i]);
}

const struct ms_check ms_check_realloc = {open_reallocs, notice_reallocs, finish_reallocs, close_reallocs};
