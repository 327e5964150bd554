/* check_temporary.c - places that allocate many blocks which their function frees again right away.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block is temporary if the thread and the function that allocated it free it again before
 * the program has begun SOON others. A place is reported if nearly all of its blocks are, if there
 * are many, and if they are a good part of all that the program allocates: what is left then is
 * a buffer that the function can keep, or have on its stack. An interpreter's objects, which others free,
 * are not meant. The thresholds come from the test suites of docs/findings-checked.md.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

enum {
  SOON = 16,
  BLOCKS_MIN = 10000,
  SHARE_MIN = 5,      /* percent of the program's blocks */
  TEMPORARY_MIN = 95, /* percent of the place's */
  LIVES = 65          /* lifetimes by their number of bits */
};

/* Blocks of one site. */
struct place {
  ms_site_id site, last_free; /* last_free: of which is_own speaks */
  uint64_t born, bytes, temporary, size_min, size_max;
  uint64_t lives[LIVES];
  struct ms_past_block example;
  bool is_own; /* freed by the function that the site is in */
};

struct temporaries {
  struct ms_finder *finder;
  uint32_t *place_of; /* by site; + 1 */
  uint32_t site_count;
  struct place *places;
  uint32_t count, capacity;
  uint64_t born;   /* of all */
  uint64_t latest; /* id */
};

static void *open_temporaries(struct ms_finder *finder) {
  struct temporaries *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  s->site_count = ms_trace_site_count(finder->trace) + 1;
  s->place_of = ms_xcalloc(s->site_count, sizeof *s->place_of);
  return s;
}

static void close_temporaries(void *state) {
  struct temporaries *s = state;
  free(s->place_of);
  free(s->places);
  free(s);
}

static struct place *place_of(struct temporaries *s, ms_context_id context) {
  ms_site_id site = ms_finder_birth_site(s->finder, context);
  if (!site || site >= s->site_count)
    return NULL;
  if (!s->place_of[site]) {
    MS_GROW(s->places, s->count, s->capacity);
    s->places[s->count] = (struct place){.site = site, .size_min = UINT64_MAX};
    s->place_of[site] = ++s->count;
  }
  return &s->places[s->place_of[site] - 1];
}

/* Whether the function that P is in also frees with CONTEXT. */
static bool frees_itself(struct temporaries *s, struct place *p, ms_context_id context) {
  ms_site_id site = ms_finder_free_site(s->finder, context);
  if (site && site != p->last_free) {
    p->last_free = site;
    p->is_own = strcmp(ms_trace_site(s->finder->trace, site)->func, ms_trace_site(s->finder->trace, p->site)->func) == 0;
  }
  return site && p->is_own;
}

static void on_begin(struct temporaries *s, const struct ms_held_block *b) {
  struct place *p = place_of(s, b->context);
  s->born++;
  s->latest = b->id > s->latest ? b->id : s->latest;
  if (!p)
    return;
  p->born++;
  p->bytes += b->size;
  p->size_min = b->size < p->size_min ? b->size : p->size_min;
  p->size_max = b->size > p->size_max ? b->size : p->size_max;
}

static void on_end(struct temporaries *s, const struct ms_notice *n) {
  const struct ms_held_block *b = n->block;
  struct place *p = place_of(s, b->context);
  if (!p || !n->event || n->event->kind != MS_EV_FREE || n->event->thread != b->thread || s->latest - b->id > SOON ||
      !frees_itself(s, p, n->event->context))
    return;
  uint64_t life = n->event->time > b->time ? n->event->time - b->time : 0;
  p->lives[life ? 64 - __builtin_clzll(life) : 0]++;
  if (!p->temporary++)
    p->example = ms_past_block_of(b, n->event);
}

static void notice_temporaries(void *state, const struct ms_notice *n) {
  if (n->kind == MS_NOTICE_BEGIN)
    on_begin(state, n->block);
  else if (n->kind == MS_NOTICE_END)
    on_end(state, n);
}

/* ", half of them for less than 2 us": the caller frees. */
static char *life_text(const struct temporaries *s, const struct place *p) {
  uint64_t seen = 0;
  unsigned bits = 0;
  while (bits + 1 < LIVES && (seen += p->lives[bits]) * 2 < p->temporary)
    bits++;
  double hz = ms_trace_tick_hz(s->finder->trace);
  double seconds = hz > 0 ? (double)(UINT64_C(1) << (bits < 63 ? bits : 63)) / hz : 0;
  if (seconds <= 0)
    return ms_xstrdup("");
  return seconds < 1e-3  ? ms_xasprintf(", half of them for less than %.0f us", seconds * 1e6 < 1 ? 1 : seconds * 1e6)
         : seconds < 1.0 ? ms_xasprintf(", half of them for less than %.0f ms", seconds * 1e3)
                         : ms_xasprintf(", half of them for less than %.0f s", seconds);
}

static void report(struct temporaries *s, const struct place *p) {
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_TEMPORARY);
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, p->site);
  ms_finding_name_block(s->finder, f, p->example.context, p->example.name);
  f->site = p->site;
  f->context = p->example.context;
  f->block = p->example.id;
  f->blocks = p->born;
  f->bytes = p->bytes;
  ms_finding_step_birth(s->finder, f, p->example.event, p->example.context);
  ms_finding_step_free(s->finder, f, MS_STEP_FREED, p->example.end_event, p->example.end_context);
  char *life = life_text(s, p);
  unsigned long long blocks = p->born, percent = p->born * 100 / (s->born ? s->born : 1);
  f->title = ms_xasprintf("%llu blocks for %s (%llu %% of all), which %s frees again at once%s", blocks,
                          *f->name ? f->name : "nobody", percent, site->func, life);
  f->advice = p->size_min == p->size_max || p->size_max <= 1024
                  ? ms_xasprintf("use a local array: none has more than %llu bytes; or keep one block and use it again",
                                 (unsigned long long)p->size_max)
                  : ms_xasprintf("keep one block and let it grow: none has more than %llu bytes",
                                 (unsigned long long)p->size_max);
  free(life);
}

static void finish_temporaries(void *state) {
  struct temporaries *s = state;
  for (uint32_t i = 0; i < s->count; i++) {
    const struct place *p = &s->places[i];
    if (p->born >= BLOCKS_MIN && p->temporary >= p->born / 100 * TEMPORARY_MIN && p->born >= s->born / 100 * SHARE_MIN)
      report(s, p);
  }
}

const struct ms_check ms_check_temporary = {open_temporaries, notice_temporaries, finish_temporaries, close_temporaries};
