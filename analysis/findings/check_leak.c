/* check_leak.c - blocks that live at the end of the trace: lost, in a cycle, possibly lost, reachable.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Needs the snapshot that a program takes when it exits. Without it (killed, aborted) what a
 * variable may hold is not known below level full: then only blocks whose last pointer was seen
 * to vanish are reported, as possibly lost. Blocks that are told apart by nothing but their id give
 * one finding.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/leak_story.h"
#include "support/grow.h"
#include "support/index.h"

/* A possible leak that is less sure is a note: many words lead into a pool that is given out in parts. */
#define CONFIDENCE_WARNED 0.05

/* Findings that are the same but for the block. */
struct group {
  enum ms_finding_kind kind;
  ms_site_id site; /* of the birth */
  ms_site_id lost_site, kept_site;
  uint32_t parent; /* of what hangs on lost blocks: group */
  char *path;      /* of what is reached */
  struct ms_lost_at lost;
  uint32_t node;   /* that stands for all */
  uint32_t component;
  uint64_t blocks, bytes, hanging_blocks, hanging_bytes;
};

struct leaks {
  struct ms_finder *finder;
  struct group *groups;
  uint32_t group_count, group_capacity;
  struct ms_index index;
  uint32_t *group_of; /* by component */
  struct ms_retained *retained; /* by group */
};

static void *open_leaks(struct ms_finder *finder) {
  struct leaks *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_leaks(void *state) {
  struct leaks *s = state;
  for (uint32_t i = 0; i < s->group_count; i++)
    free(s->groups[i].path);
  free(s->groups);
  free(s->group_of);
  free(s->retained);
  ms_index_fini(&s->index);
  free(s);
}

static const struct ms_held_block *block_of(const struct leaks *s, uint32_t node) {
  return ms_slots_block(s->finder->slots, s->finder->graph->nodes[node].block);
}

/* Whether a block is of code that was not compiled by MemScope and was never seen to be held: libc
 * and the loader hide pointers, and free some blocks only for tools that ask. */
static bool is_foreign(const struct leaks *s, uint32_t node) {
  const struct ms_held_block *b = block_of(s, node);
  const struct ms_block_note *note = ms_block_notes_of(&s->finder->notes, s->finder->slots, b);
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, ms_finder_birth_site(s->finder, b->context));
  return !b->was_held && (!note || !note->bound.event) && (site->kind == MS_SITE_NONE || site->kind == MS_SITE_OPAQUE);
}

static bool is_same(const struct group *a, const struct group *b) {
  return a->kind == b->kind && a->site == b->site && a->lost_site == b->lost_site &&
         a->kept_site == b->kept_site && a->parent == b->parent &&
         (a->path == NULL) == (b->path == NULL) && (!a->path || strcmp(a->path, b->path) == 0);
}

/* Adds what NEW (taken) says to the group that is the same; its number. */
static uint32_t add(struct leaks *s, struct group *new) {
  uint64_t key[] = {new->kind, new->site, new->lost_site, new->kept_site, new->parent};
  uint64_t hash = ms_hash_bytes(key, sizeof key);
  if (new->path)
    hash ^= ms_hash_bytes(new->path, strlen(new->path));
  struct ms_index_cursor c = ms_index_start(&s->index, hash);
  for (uint32_t i; ms_index_next(&s->index, &c, &i);)
    if (is_same(&s->groups[i], new)) {
      s->groups[i].blocks += new->blocks;
      s->groups[i].bytes += new->bytes;
      s->groups[i].hanging_blocks += new->hanging_blocks;
      s->groups[i].hanging_bytes += new->hanging_bytes;
      free(new->path);
      return i;
    }
  MS_GROW(s->groups, s->group_count, s->group_capacity);
  ms_index_add(&s->index, hash, s->group_count);
  s->groups[s->group_count] = *new;
  return s->group_count++;
}

static struct group of_block(const struct leaks *s, enum ms_finding_kind kind, uint32_t node) {
  const struct ms_held_block *b = block_of(s, node);
  return (struct group){.kind = kind, .site = ms_finder_birth_site(s->finder, b->context), .parent = MS_NO_NODE, .node = node,
                        .component = MS_NO_NODE, .blocks = 1, .bytes = b->size};
}

static int by_id(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* The member of a cycle that was let go of last from outside; its moment into *RET. */
static uint32_t entry_of(const struct leaks *s, const struct ms_leak_component *c, struct ms_lost_at *ret) {
  struct ms_cycle_ids cycle = {.ids = ms_xcalloc(c->count, sizeof *cycle.ids), .count = c->count};
  for (uint32_t k = 0; k < c->count; k++)
    cycle.ids[k] = block_of(s, s->finder->graph->members[c->first + k])->id;
  qsort(cycle.ids, cycle.count, sizeof *cycle.ids, by_id);
  uint32_t entry = s->finder->graph->members[c->first];
  *ret = ms_lost_at_of(s->finder, block_of(s, entry), &cycle);
  for (uint32_t k = 1; k < c->count; k++) {
    uint32_t node = s->finder->graph->members[c->first + k];
    struct ms_lost_at lost = ms_lost_at_of(s->finder, block_of(s, node), &cycle);
    if (lost.is_seen > ret->is_seen || (lost.is_seen == ret->is_seen && lost.moment.event > ret->moment.event)) {
      *ret = lost;
      entry = node;
    }
  }
  free(cycle.ids);
  return entry;
}

static void add_root(struct leaks *s, uint32_t number) {
  const struct ms_leak_component *c = &s->finder->graph->components[number];
  struct group g = of_block(s, c->count > 1 ? MS_FINDING_LEAK_CYCLE : MS_FINDING_LEAK_LOST,
                            s->finder->graph->members[c->first]);
  if (c->count > 1) {
    g.node = entry_of(s, c, &g.lost);
    g.site = ms_finder_birth_site(s->finder, block_of(s, g.node)->context);
    g.blocks = c->count;
    g.bytes = 0;
    for (uint32_t k = 0; k < c->count; k++)
      g.bytes += block_of(s, s->finder->graph->members[c->first + k])->size;
  } else {
    g.lost = ms_lost_at_of(s->finder, block_of(s, g.node), NULL);
  }
  g.component = number;
  g.lost_site = g.lost.site;
  g.kept_site = g.lost.kept_site;
  g.hanging_blocks = c->hanging_blocks;
  g.hanging_bytes = c->hanging_bytes;
  s->group_of[number] = add(s, &g);
}

static void add_hanging(struct leaks *s, const struct ms_leak_component *c) {
  for (uint32_t k = 0; k < c->count; k++) {
    struct group g = of_block(s, MS_FINDING_LEAK_INDIRECT, s->finder->graph->members[c->first + k]);
    g.parent = s->group_of[c->root];
    g.component = (uint32_t)(c - s->finder->graph->components);
    (void)add(s, &g);
  }
}

/* How NODE is reached, if that is from a block that is possibly lost, and as such certain; NULL. */
static const struct ms_leak_edge *held_in_weak(const struct ms_leak_graph *g, uint32_t node) {
  const struct ms_leak_edge *by = g->nodes[node].by == MS_NO_NODE ? NULL : &g->edges[g->nodes[node].by];
  return by && by->from != MS_NO_NODE && !by->is_weak && g->nodes[node].reach == MS_REACH_WEAK ? by : NULL;
}

static void collect_reached(struct leaks *s) {
  struct ms_leak_graph *g = s->finder->graph;
  uint32_t *group_of = ms_xmalloc(((size_t)g->node_count + 1) * sizeof *group_of);
  for (uint32_t n = 0; n < g->node_count; n++) {
    group_of[n] = MS_NO_NODE;
    if (g->nodes[n].reach == MS_REACH_NONE || g->nodes[n].reach == MS_REACH_IGNORED || is_foreign(s, n))
      continue;
    struct group new = of_block(s, g->nodes[n].reach == MS_REACH_WEAK ? MS_FINDING_LEAK_POSSIBLE
                                                                     : MS_FINDING_LEAK_REACHABLE, n);
    new.path = ms_reach_path(g, n);
    const struct ms_leak_edge *by = held_in_weak(g, n);
    if (by) {
      new.kept_site = by->site;
    } else if (new.kind == MS_FINDING_LEAK_POSSIBLE) {
      new.lost = ms_lost_at_of(s->finder, block_of(s, n), NULL);
      new.lost_site = new.lost.site;
      new.kept_site = new.lost.kept_site;
    }
    group_of[n] = add(s, &new);
  }
  s->retained = ms_xcalloc((size_t)s->group_count + 1, sizeof *s->retained);
  ms_leak_retained(g, group_of, s->group_count, s->retained);
  free(group_of);
}

static void collect(struct leaks *s) {
  struct ms_leak_graph *g = s->finder->graph;
  bool is_known = s->finder->view.is_whole || s->finder->is_full;
  collect_reached(s);
  ms_leak_components(g);
  s->group_of = ms_xcalloc((size_t)g->component_count + 1, sizeof *s->group_of);
  for (uint32_t i = g->component_count; i-- > 0;) {
    const struct ms_leak_component *c = &g->components[i];
    if (!is_known) { /* a variable may hold it, or of an inherited block what held it at the fork */
      if (block_of(s, g->members[c->first])->is_inherited)
        continue;
      struct group new = of_block(s, MS_FINDING_LEAK_POSSIBLE, g->members[c->first]);
      new.lost = ms_lost_at_of(s->finder, block_of(s, new.node), NULL);
      new.lost_site = new.lost.site;
      new.kept_site = new.lost.kept_site;
      if (c->root == i && c->count == 1 && new.lost.is_seen &&
          (new.lost.moment.why == MS_END_OVERWRITTEN || new.lost.moment.why == MS_END_CONTAINER))
        (void)add(s, &new);
    } else if (c->root == i) {
      if (c->count == 1 && is_foreign(s, g->members[c->first]))
        s->group_of[i] = MS_NO_NODE;
      else
        add_root(s, i);
    } else if (s->group_of[c->root] != MS_NO_NODE) {
      add_hanging(s, c);
    }
  }
}

static void step_lost(const struct leaks *s, struct ms_finding *f, const struct group *g) {
  const struct ms_lost_at *lost = &g->lost;
  const char *slot = ms_lost_slot(s->finder, lost), *words = ms_lost_words(s->finder, lost);
  const struct ms_moment *m = &lost->moment;
  if (lost->is_seen && m->slot_event && m->slot_event > block_of(s, g->node)->event && !lost->is_ignored)
    ms_finding_step_add(f, MS_STEP_COPIED, m->slot_event, m->slot_context, m->slot_site, slot, NULL);
  struct ms_finding_step *step =
      ms_finding_step_add(f, MS_STEP_LOST, lost->is_seen ? m->event : 0, m->context, lost->site, slot, words);
  if (lost->is_guess || (!lost->is_seen && !lost->is_ignored))
    step->source = MS_SOURCE_INFERRED;
  step->line = lost->line;
}

static const char *advice_of(const struct group *g) {
  if (g->lost.is_ignored)
    return "keep the result and free it";
  switch (g->lost.moment.why) {
  case MS_END_OVERWRITTEN: return "free what the slot points at before it gets a new value";
  case MS_END_CLEARED: return "free what the slot points at before it is cleared";
  case MS_END_CONTAINER: return "free what the members point at before the structure itself";
  case MS_END_RETURNED: return "the caller has to free what the function returns";
  case MS_END_SCOPE:
  case MS_END_THREAD: return "free it on every way out of the function, or hand it on";
  case MS_END_UNFOLLOWED:
  case MS_END_NONE: break;
  }
  return NULL;
}

static void tell_lost(const struct leaks *s, struct ms_finding *f, const struct group *g) {
  const char *slot = ms_lost_slot(s->finder, &g->lost);
  char *amount = ms_amount_text(g->bytes, g->blocks);
  char *hanging = g->hanging_blocks ? ms_xasprintf(", and %llu more with %llu bytes hang%s on %s",
                                                   (unsigned long long)g->hanging_blocks,
                                                   (unsigned long long)g->hanging_bytes,
                                                   g->hanging_blocks == 1 ? "s" : "", g->blocks == 1 ? "it" : "them")
                                    : ms_xstrdup("");
  const char *state = g->kind == MS_FINDING_LEAK_POSSIBLE ? "possibly lost"
                      : g->kind == MS_FINDING_LEAK_CYCLE  ? "lost in a cycle"
                                                          : "lost";
  f->title = slot && !g->lost.is_param
                 ? ms_xasprintf("%s %s: %s %s%s", amount, state, slot, ms_lost_words(s->finder, &g->lost), hanging)
                 : ms_xasprintf("%s %s: %s%s", amount, state, ms_lost_words(s->finder, &g->lost), hanging);
  free(amount);
  free(hanging);
  step_lost(s, f, g);
  if (!f->advice && advice_of(g))
    f->advice = ms_xstrdup(advice_of(g));
}

/* The edges inside a cycle; the one that leads to the oldest block is the one to make weak. */
static void tell_cycle(const struct leaks *s, struct ms_finding *f, const struct group *g) {
  enum { SHOWN = 8 };
  const struct ms_leak_component *c = &s->finder->graph->components[g->component];
  const struct ms_leak_edge *weak = NULL;
  uint64_t oldest = UINT64_MAX;
  unsigned shown = 0;
  for (uint32_t k = 0; k < c->count; k++) {
    uint32_t node = s->finder->graph->members[c->first + k];
    for (uint32_t e = s->finder->graph->nodes[node].first_out; e < s->finder->graph->edge_count && s->finder->graph->edges[e].from == node; e++) {
      const struct ms_leak_edge *edge = &s->finder->graph->edges[e];
      if (s->finder->graph->nodes[edge->to].component != g->component)
        continue;
      uint64_t id = block_of(s, edge->to)->id;
      if (edge->is_explained && id < oldest && block_of(s, node)->id > id) {
        weak = edge;
        oldest = id;
      }
      if (shown++ < SHOWN)
        ms_finding_step_add(f, MS_STEP_HELD, 0, 0, edge->site, ms_finder_slot_path(s->finder, edge->site), "holds a member of the cycle");
    }
  }
  const struct ms_trace_site *site = weak ? ms_trace_site(s->finder->trace, weak->site) : NULL;
  if (site && (*site->field || *site->path))
    f->advice = ms_xasprintf("make %s a pointer that does not own, or set it to NULL before the last pointer from outside goes",
                             *site->field ? site->field : site->path);
}

static void tell_indirect(const struct leaks *s, struct ms_finding *f, const struct group *g) {
  const struct ms_leak_component *c = &s->finder->graph->components[g->component];
  const struct ms_leak_edge *by = &s->finder->graph->edges[c->by];
  const struct group *parent = &s->groups[g->parent];
  const char *slot = ms_finder_slot_path(s->finder, by->site);
  char *amount = ms_amount_text(g->bytes, g->blocks);
  f->title = ms_xasprintf("%s only reached through what is lost%s%s", amount, slot ? ": " : "", slot ? slot : "");
  free(amount);
  ms_finding_step_add(f, MS_STEP_HELD, 0, 0, by->site, slot, "lies in a lost block");
  step_lost(s, f, parent);
}

static void tell_reached(const struct leaks *s, struct ms_finding *f, const struct group *g) {
  char *amount = ms_amount_text(g->bytes, g->blocks);
  f->title = ms_xasprintf("%s not freed, %s points there", amount, g->path ? g->path : "something");
  free(amount);
  f->path = g->path ? ms_xstrdup(g->path) : NULL;
  uint32_t by = s->finder->graph->nodes[g->node].by;
  const struct ms_retained *kept = &s->retained[g - s->groups];
  f->retained_blocks = kept->blocks;
  f->retained_bytes = kept->bytes;
  if (by != MS_NO_NODE && s->finder->graph->edges[by].is_explained)
    ms_finding_step_add(f, MS_STEP_HELD, 0, 0, s->finder->graph->edges[by].site, ms_finder_slot_path(s->finder, s->finder->graph->edges[by].site),
                        NULL);
}

static void tell_held_in_weak(const struct leaks *s, struct ms_finding *f, const struct group *g, const struct ms_leak_edge *by) {
  const char *slot = ms_finder_slot_path(s->finder, by->site);
  char *amount = ms_amount_text(g->bytes, g->blocks);
  f->title = ms_xasprintf("%s possibly lost: %s, which points there, lies in a block that is possibly lost", amount,
                          slot ? slot : "a slot");
  free(amount);
  ms_finding_step_add(f, MS_STEP_HELD, 0, 0, by->site, slot, "which lies in a block that is possibly lost");
}

/* Words of memory that point at the block of NODE, though nobody was seen to put them there; of a block that others
 * hold, at the one that leads to it. */
static uint64_t unexplained_words(const struct ms_leak_graph *g, uint32_t node) {
  const struct ms_leak_edge *by;
  for (uint32_t steps = 0; steps < g->node_count && (by = held_in_weak(g, node)) != NULL; steps++)
    node = by->from;
  uint64_t count = 0;
  for (uint32_t i = 0; i < g->edge_count; i++)
    count += g->edges[i].to == node && g->edges[i].is_weak;
  return count;
}

static void report(struct leaks *s, const struct group *g) {
  const struct ms_held_block *b = block_of(s, g->node);
  struct ms_finding *f = ms_finder_add(s->finder, g->kind);
  ms_finding_name_block(s->finder, f, b->context, b->name);
  f->site = ms_finder_birth_site(s->finder, b->context);
  f->context = b->context;
  f->block = b->id;
  f->blocks = g->blocks;
  f->bytes = g->bytes;
  ms_finding_step_birth(s->finder, f, b->event, b->context);
  /* The end of the last known holder speaks for a leak, each such word against it: it may as
   * well be a pointer that was moved as bytes. */
  if (g->kind == MS_FINDING_LEAK_POSSIBLE)
    ms_finding_infer(f, "last-holder-ended", 1, unexplained_words(s->finder->graph, g->node));
  if (g->kind == MS_FINDING_LEAK_POSSIBLE && f->confidence < CONFIDENCE_WARNED)
    f->severity = MS_SEVERITY_NOTE;
  switch (g->kind) {
  case MS_FINDING_LEAK_REACHABLE: tell_reached(s, f, g); break;
  case MS_FINDING_LEAK_INDIRECT: tell_indirect(s, f, g); break;
  case MS_FINDING_LEAK_CYCLE:
    tell_cycle(s, f, g);
    tell_lost(s, f, g);
    break;
  default: {
    const struct ms_leak_edge *by = g->kind == MS_FINDING_LEAK_POSSIBLE ? held_in_weak(s->finder->graph, g->node) : NULL;
    if (by)
      tell_held_in_weak(s, f, g, by);
    else
      tell_lost(s, f, g);
    break;
  }
  }
}

static void finish_leaks(void *state) {
  struct leaks *s = state;
  if (!s->finder->graph)
    return;
  collect(s);
  for (uint32_t i = 0; i < s->group_count; i++)
    report(s, &s->groups[i]);
}

const struct ms_check ms_check_leak = {open_leaks, NULL, finish_leaks, close_leaks};
