/* leak_story.c - see leak_story.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/leak_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

enum { PATH_PARTS_MAX = 12 }; /* longer ones get an ellipsis */

static struct ms_moment moment_of_lost(const struct ms_lost *lost) {
  return (struct ms_moment){.event = lost->event, .context = lost->context, .site = lost->site,
                            .slot_site = lost->slot.site, .slot_context = lost->slot.context,
                            .slot_event = lost->slot.event, .container = lost->container, .why = lost->why};
}

/* What the compiler says of the variable that got the block at SITE. */
static void foretell(const struct ms_finder *f, ms_site_id id, struct ms_lost_at *lost) {
  const struct ms_trace_site *site = ms_trace_site(f->trace, id);
  lost->moment.why = site->flags & MS_SITE_F_END_SET ? MS_END_OVERWRITTEN : MS_END_SCOPE;
  lost->line = site->offset;
  lost->is_unsure = !site->offset || site->flags & MS_SITE_F_END_UNSURE;
  lost->is_copied = site->flags & MS_SITE_F_END_OTHER;
}

/* What is not an event: the variable that got it last, or nobody. */
static void conclude(struct ms_finder *f, const struct ms_held_block *b, const struct ms_block_note *note,
                     struct ms_lost_at *lost) {
  if (note && note->bound.event) {
    lost->moment = note->bound;
    lost->site = lost->kept_site = note->bound.site;
    foretell(f, lost->site, lost);
    return;
  }
  lost->moment = (struct ms_moment){.event = b->event, .context = b->context, .why = MS_END_NONE};
  lost->site = ms_finder_birth_site(f, b->context);
  unsigned slot = ms_trace_site(f->trace, lost->site)->slot;
  lost->is_ignored = slot == MS_SLOT_DROPPED || slot == MS_SLOT_TEMP;
  if (!lost->is_ignored && slot != MS_SLOT_NONE)
    lost->kept_site = lost->site;
  ms_site_id drop = slot == MS_SLOT_ARG ? ms_drop_site_of(&f->drops, f->trace, lost->site) : 0;
  if (drop && ms_trace_site(f->trace, drop)->flags & MS_SITE_F_END_PASSED)
    drop = 0; /* it would rather have been freed: who allocated it may have dropped it */
  if (drop) {
    lost->site = lost->kept_site = drop;
    lost->moment.context = 0; /* that was before the call */
  }
  if (drop || slot == MS_SLOT_LOCAL || slot == MS_SLOT_PARAM)
    foretell(f, lost->site, lost);
}

/* Whether the variable that was bound again may be the same one, and not that of another call: by the same
 * statement, or by one that stands before it, that is only so in a loop. */
static bool may_be_rebound(const struct ms_finder *f, const struct ms_moment *rebound) {
  const struct ms_trace_site *had = ms_trace_site(f->trace, rebound->slot_site);
  const struct ms_trace_site *gets = ms_trace_site(f->trace, rebound->site);
  if (rebound->site == rebound->slot_site)
    return had->flags & MS_SITE_F_END_AGAIN;
  if (!had->offset)
    return true; /* the compiler does not say */
  return had->flags & MS_SITE_F_END_AGAIN ||
         (had->flags & (MS_SITE_F_END_SET | MS_SITE_F_END_UNSURE) && gets->line > had->line);
}

static int by_id(const void *key, const void *item) {
  uint64_t a = *(const uint64_t *)key, b = *(const uint64_t *)item;
  return a < b ? -1 : a > b;
}

/* Whether the slot of MOMENT lay in one of the blocks of CYCLE. */
static bool is_within(const struct ms_cycle_ids *cycle, const struct ms_moment *moment) {
  return cycle && moment->container && bsearch(&moment->container, cycle->ids, cycle->count, sizeof *cycle->ids, by_id);
}

struct ms_lost_at ms_lost_at_of(struct ms_finder *f, const struct ms_held_block *b,
                                const struct ms_cycle_ids *cycle) {
  const struct ms_block_note *note = ms_block_notes_of(&f->notes, f->slots, b);
  struct ms_lost_at lost = {.is_seen = true};
  if (b->lost)
    lost.moment = moment_of_lost(b->lost);
  else if (note && is_within(cycle, &note->released) && note->released_outside.event)
    lost.moment = note->released_outside;
  else if (note && note->released.event)
    lost.moment = note->released;
  if (note && note->rebound.event > lost.moment.event && may_be_rebound(f, &note->rebound)) {
    lost.moment = note->rebound;
    lost.is_guess = true;
  }
  if (note && note->advanced.event && !b->lost && b->slot_count) {
    lost.moment = note->advanced;
    lost.is_guess = false;
  }
  lost.site = lost.moment.site;
  lost.kept_site = lost.moment.slot_site;
  if (lost.moment.why == MS_END_OVERWRITTEN && !ms_finder_slot_path(f, lost.kept_site))
    lost.kept_site = lost.site; /* the same slot, and here it may have a name */
  bool is_advanced = note && lost.moment.event && lost.moment.event == note->advanced.event;
  if (!lost.moment.event || (!is_advanced && note && note->bound.event > lost.moment.event)) {
    lost.is_seen = false;
    conclude(f, b, note, &lost);
  }
  const struct ms_trace_site *birth = ms_trace_site(f->trace, ms_finder_birth_site(f, b->context));
  bool ended = lost.moment.why == MS_END_SCOPE || lost.moment.why == MS_END_RETURNED;
  if (birth->slot == MS_SLOT_DROPPED && ended && !(note && note->was_kept)) {
    lost.is_ignored = true;
    lost.site = ms_finder_birth_site(f, b->context);
  }
  lost.is_advanced = is_advanced;
  lost.is_param = lost.kept_site && ms_trace_site(f->trace, lost.kept_site)->slot == MS_SLOT_PARAM && ended;
  return lost;
}

/* How a pointer ends: said of a slot that has a name, and as a sentence of one that has none. */
static const struct words {
  const char *of_slot, *of_unnamed;
} ends[] = {
    [MS_END_NONE] = {"was never stored", "the address was never stored in memory"},
    [MS_END_UNFOLLOWED] = {"was never stored", "the address was never stored in memory"},
    [MS_END_OVERWRITTEN] = {"was overwritten", "the last pointer was overwritten"},
    [MS_END_CLEARED] = {"was cleared", "the last pointer was cleared"},
    [MS_END_CONTAINER] = {"was freed, and what it pointed at was not", "the last pointer lay in a block that was freed"},
    [MS_END_SCOPE] = {"went out of scope", "the last pointer went out of scope"},
    [MS_END_RETURNED] = {"was returned, and the caller dropped it", "the last pointer was returned, and the caller dropped it"},
    [MS_END_THREAD] = {"ended with its thread", "the last pointer ended with its thread"},
};
static const struct words moved_on = {"was moved on, and nothing points at the beginning",
                                      "the last pointer was moved on, and nothing points at the beginning"};
static const struct words ended_somehow = {"went out of scope or got another value",
                                           "the last pointer went out of scope or got another value"};

const char *ms_lost_words(const struct ms_finder *f, const struct ms_lost_at *lost) {
  if (lost->is_ignored)
    return "the result is not used";
  if (lost->is_param)
    return "the function that it was handed to dropped it";
  bool is_named = ms_lost_slot(f, lost) != NULL;
  if (is_named && lost->is_copied)
    return lost->is_unsure ? "was copied, and the copies went out of scope or got other values"
                           : "was copied, and the last copy went out of scope or got another value";
  bool is_moved_on = lost->moment.why == MS_END_OVERWRITTEN && lost->is_advanced;
  bool is_somehow = lost->is_unsure && (is_named || lost->moment.why == MS_END_SCOPE);
  const struct words *w = is_somehow ? &ended_somehow : is_moved_on ? &moved_on : &ends[lost->moment.why];
  return is_named ? w->of_slot : w->of_unnamed;
}

const char *ms_lost_slot(const struct ms_finder *f, const struct ms_lost_at *lost) {
  return lost->is_ignored ? NULL : ms_finder_slot_path(f, lost->kept_site);
}

const char *ms_edge_member(const struct ms_leak_graph *g, const struct ms_leak_edge *edge) {
  const struct ms_trace_site *site = ms_trace_site(g->finder->trace, edge->site);
  const char *dot = strrchr(site->field, '.');
  if (dot)
    return dot + 1;
  const char *path = site->path, *member = path;
  for (const char *p = path; *p; p++)
    if (*p == '.' || (*p == '>' && p > path && p[-1] == '-'))
      member = p + 1;
  if (member != path || !*path)
    return *path ? member : "?";
  size_t n = strlen(path);
  return n > 2 && strcmp(path + n - 2, "[]") == 0 ? "[]" : "*";
}

/* What to call a root. The caller frees. */
static char *root_name(const struct ms_leak_graph *g, const struct ms_leak_edge *edge) {
  const struct ms_finder *f = g->finder;
  const char *path = ms_finder_slot_path(f, edge->site);
  if (path)
    return ms_xstrdup(path);
  if (edge->where == MS_IN_STACK) {
    const struct ms_exit_region *r = ms_exit_view_stack(&f->view, edge->address);
    return ms_xasprintf("a local variable of thread %llu", r ? (unsigned long long)r->thread : 0ULL);
  }
  for (ms_module_id i = 1; i <= ms_trace_module_count(f->trace); i++) {
    const struct ms_trace_module *m = ms_trace_module(f->trace, i);
    const char *slash = strrchr(m->path, '/');
    if (edge->address >= m->start && edge->address < m->end)
      return ms_xasprintf("data of %s", slash ? slash + 1 : m->path);
  }
  return ms_xstrdup("memory that is not followed");
}

char *ms_reach_path(const struct ms_leak_graph *g, uint32_t node) {
  const char *parts[PATH_PARTS_MAX];
  size_t count = 0;
  bool is_cut = false;
  uint32_t at = node;
  const struct ms_leak_edge *edge = NULL;
  for (uint32_t steps = 0; steps <= g->node_count && g->nodes[at].by != MS_NO_NODE; steps++) {
    edge = &g->edges[g->nodes[at].by];
    if (edge->from == MS_NO_NODE)
      break;
    const char *member = ms_edge_member(g, edge);
    if (count && strcmp(parts[count - 1], member) == 0)
      ; /* a list: next->next->next is next */
    else if (count < PATH_PARTS_MAX)
      parts[count++] = member;
    else
      is_cut = true;
    at = edge->from;
  }
  if (!edge || edge->from != MS_NO_NODE)
    return NULL;
  char *path = root_name(g, edge);
  if (is_cut) {
    char *longer = ms_xasprintf("%s->...", path);
    free(path);
    path = longer;
  }
  while (count-- > 0) {
    const char *member = parts[count];
    char *longer = ms_xasprintf("%s%s%s", path, *member == '[' ? "" : "->", member);
    free(path);
    path = longer;
  }
  return path;
}
