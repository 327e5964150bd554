/* check_growing.c - places whose blocks only ever get more.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The number of live blocks of every site is sampled at up to 64 moments, evenly spread over the
 * allocations of the run (when there are more, every second sample goes). A site
 * grows if it has more in nearly every sample than in the one before, to the very end: a cache
 * that is full, a phase that is over and frees that keep up all have samples without growth.
 * (Nearly: other places may allocate a lot in between. Frees do not count as time, for many
 * come at once.) The
 * confidence is the lower bound of the Wilson interval of the share of samples that grew.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/leak_story.h"
#include "support/grow.h"

enum {
  SAMPLES = 64,
  SAMPLES_MIN = 16,
  BLOCKS_MIN = 256, /* fewer are not worth a warning */
  REPORTS_MAX = 64  /* each looks at all live blocks */
};

/* Live blocks of one site. */
struct series {
  uint64_t live, bytes, born, died;
  uint32_t samples[SAMPLES];
};

struct growing {
  struct ms_finder *finder;
  uint32_t *series_of; /* by site; + 1 */
  uint32_t site_count;
  struct series *series;
  ms_site_id *site_of;
  uint32_t count, capacity, site_capacity;
  uint64_t ticks, period;
  unsigned taken;
};

static void *open_growing(struct ms_finder *finder) {
  struct growing *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  s->site_count = ms_trace_site_count(finder->trace) + 1;
  s->series_of = ms_xcalloc(s->site_count, sizeof *s->series_of);
  s->period = 1;
  return s;
}

static void close_growing(void *state) {
  struct growing *s = state;
  free(s->series_of);
  free(s->series);
  free(s->site_of);
  free(s);
}

static struct series *series_of(struct growing *s, ms_context_id context) {
  ms_site_id site = ms_finder_birth_site(s->finder, context);
  if (site == 0 || site >= s->site_count)
    return NULL;
  if (!s->series_of[site]) {
    MS_GROW(s->series, s->count, s->capacity);
    MS_GROW(s->site_of, s->count, s->site_capacity);
    s->series[s->count] = (struct series){0};
    s->site_of[s->count] = site;
    s->series_of[site] = ++s->count;
  }
  return &s->series[s->series_of[site] - 1];
}

static void sample(struct growing *s) {
  if (s->taken == SAMPLES) {
    for (uint32_t i = 0; i < s->count; i++)
      for (unsigned k = 0; k < SAMPLES / 2; k++)
        s->series[i].samples[k] = s->series[i].samples[2 * k + 1];
    s->taken = SAMPLES / 2;
    s->period *= 2;
  }
  for (uint32_t i = 0; i < s->count; i++)
    s->series[i].samples[s->taken] = s->series[i].live > UINT32_MAX ? UINT32_MAX : (uint32_t)s->series[i].live;
  s->taken++;
}

static void notice_growing(void *state, const struct ms_notice *notice) {
  struct growing *s = state;
  if (notice->kind != MS_NOTICE_BEGIN && notice->kind != MS_NOTICE_END)
    return;
  struct series *x = series_of(s, notice->block->context);
  if (x && notice->kind == MS_NOTICE_BEGIN) {
    x->live++;
    x->born++;
    x->bytes += notice->block->size;
  } else if (x && x->live) {
    x->live--;
    x->died++;
    x->bytes -= notice->block->size <= x->bytes ? notice->block->size : x->bytes;
  }
  if (notice->kind == MS_NOTICE_BEGIN && ++s->ticks % s->period == 0)
    sample(s);
}

/* A live block of SITE that is reached, for its path; MS_NO_NODE if there is none. The newest. */
static uint32_t example(const struct growing *s, ms_site_id site) {
  const struct ms_leak_graph *g = s->finder->graph;
  uint32_t best = MS_NO_NODE;
  uint64_t newest = 0;
  for (uint32_t n = 0; g && n < g->node_count; n++) {
    const struct ms_held_block *b = ms_slots_block(s->finder->slots, g->nodes[n].block);
    if (g->nodes[n].reach && g->nodes[n].reach != MS_REACH_IGNORED && b->id > newest && ms_finder_birth_site(s->finder, b->context) == site) {
      best = n;
      newest = b->id;
    }
  }
  return best;
}

static void report(struct growing *s, ms_site_id site, const struct series *x, unsigned grew, unsigned stayed) {
  uint32_t node = example(s, site);
  if (node == MS_NO_NODE)
    return; /* lost blocks have a finding of their own */
  const struct ms_held_block *b = ms_slots_block(s->finder->slots, s->finder->graph->nodes[node].block);
  char *path = ms_reach_path(s->finder->graph, node);
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_LEAK_GROWING);
  ms_finding_infer(f, "grows-to-the-end", grew, stayed);
  ms_finding_name_block(s->finder, f, b->context, b->name);
  f->site = site;
  f->context = b->context;
  f->block = b->id;
  f->blocks = x->live;
  f->bytes = x->bytes;
  f->path = path;
  ms_finding_step_birth(s->finder, f, b->event, b->context);
  char *text = ms_xasprintf("%llu blocks were allocated here and %llu of them freed: %.0f more for every 1000 that the program allocates",
                            (unsigned long long)x->born, (unsigned long long)x->died,
                            (double)x->live * 1000.0 / (double)s->ticks);
  ms_finding_step_add(f, MS_STEP_GREW, 0, 0, site, path, text);
  free(text);
  f->title = ms_xasprintf("%s only ever grows: %llu blocks, %llu bytes in the end", path ? path : f->name,
                          (unsigned long long)x->live, (unsigned long long)x->bytes);
  f->advice = ms_xstrdup("set a bound, or remove entries that are not needed any more");
}

static void finish_growing(void *state) {
  struct growing *s = state;
  if (s->taken < SAMPLES_MIN)
    return;
  unsigned reports = 0;
  for (uint32_t i = 0; i < s->count && reports < REPORTS_MAX; i++) {
    const struct series *x = &s->series[i];
    unsigned grew = 0, late = 0, quarter = s->taken / 4;
    bool shrank = false;
    for (unsigned k = 1; k < s->taken; k++) {
      bool more = x->samples[k] > x->samples[k - 1];
      grew += more;
      late += more && k >= s->taken - quarter;
      shrank = shrank || x->samples[k] < x->samples[k - 1];
    }
    unsigned steps = s->taken - 1;
    if (x->live < BLOCKS_MIN || shrank || x->live < x->samples[s->taken - 1] || grew * 10 < steps * 8 || late * 10 < quarter * 8 ||
        x->samples[s->taken - 1] <= x->samples[s->taken - 1 - quarter / 4])
      continue;
    report(s, s->site_of[i], x, grew, steps - grew);
    reports++;
  }
}

const struct ms_check ms_check_growing = {open_growing, notice_growing, finish_growing, close_growing};
