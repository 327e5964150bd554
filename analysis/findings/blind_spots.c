/* blind_spots.c - see blind_spots.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The spots:
 *
 *  events-are-missing   events were dropped or are damaged: whatever pairs events (a leak, a second
 *                       free, a slot that dangles). Support: events that were read; against: those that were not.
 *  recording-ended      the recording stopped before the program did: what is still so at the end need not have
 *                       stayed so. Support: blocks of the same birth that live, or have left such a slot; against: those
 *                       that have ended, and left none.
 *  no-last-look         no snapshot at exit: what lies in memory was not compared; the same figures.
 *  handed-to-other-code a lost block was given to code that MemScope did not compile, which may have to free it.
 *                       Support: it is not there, and blocks that it gave back; against: blocks that it freed.
 *  parent-is-missing    a free of no block, in a forked child whose parent's trace is not here. Support: frees of
 *                       blocks; against: all of no block.
 *
 * Figures that count (waste) and what AddressSanitizer or a canary saw rest on none of them.
 */
#include "analysis/findings/blind_spots.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/findings/leak_graph.h"
#include "support/xalloc.h"

/* As in report/findings.h: below it an error is a warning. */
#define CONFIDENCE_HIGH 0.9

void ms_blind_spots_take(struct ms_finder *f, const struct ms_notice *n) {
  struct ms_coverage *c = &f->findings.coverage;
  if (n->kind == MS_NOTICE_BEGIN) {
    bool is_step = n->other != NULL;
    c->blocks += !is_step;
    c->blocks_compiled += !is_step && ms_trace_context(f->trace, n->block->context)->call_site != 0;
    c->blocks_followed += !is_step && n->block->is_tracked;
  } else if (n->kind == MS_NOTICE_END && n->event && n->event->kind == MS_EV_FREE) {
    c->frees++;
    c->frees_compiled += ms_trace_context(f->trace, n->event->context)->call_site != 0;
  }
}

/* Pointers to followed blocks in memory, stacks left out, and those of which the store was seen. */
static void count_words(struct ms_finder *f) {
  struct ms_coverage *c = &f->findings.coverage;
  for (size_t i = 0; f->view.is_whole && i < f->view.word_count; i++) {
    const struct ms_exit_word *w = &f->view.words[i];
    const struct ms_held_block *b = ms_slots_block_at(f->slots, w->value);
    if (!b || !b->is_tracked || b->addr != w->value || ms_exit_view_stack(&f->view, w->address) ||
        ms_exit_view_is_past(&f->view, w->address))
      continue;
    uint64_t cursor = w->address;
    const struct ms_slot *slot = ms_slots_next_in(f->slots, &cursor, w->address + 1);
    c->words++;
    c->words_stored += slot && slot->value == w->value;
  }
}

static void count_modules(struct ms_finder *f) {
  struct ms_coverage *c = &f->findings.coverage;
  enum { NAMED = 8 };
  char *list = ms_xstrdup("");
  unsigned named = 0;
  for (ms_module_id i = 1; i <= ms_trace_module_count(f->trace); i++) {
    enum ms_code code = ms_opaque_module(&f->opaque, i);
    c->modules_compiled += code == MS_CODE_COMPILED;
    if (code != MS_CODE_OPAQUE)
      continue;
    c->modules_opaque++;
    if (named++ >= NAMED)
      continue;
    char *longer = ms_xasprintf("%s%s%s", list, *list ? ", " : "", ms_opaque_module_name(&f->opaque, i));
    free(list);
    list = longer;
  }
  c->opaque_names = list;
  c->functions_compiled = f->opaque.name_count;
}

static bool is_leak(enum ms_finding_kind k) {
  return k == MS_FINDING_LEAK_LOST || k == MS_FINDING_LEAK_INDIRECT || k == MS_FINDING_LEAK_CYCLE || k == MS_FINDING_LEAK_POSSIBLE;
}

/* Whether K is about what was still so when the trace ended, or pairs events that lie apart. */
static bool is_of_the_end(enum ms_finding_kind k) {
  return k == MS_FINDING_DANGLING_SLOT || k == MS_FINDING_TWO_OWNERS || k == MS_FINDING_BORROW_OUTLIVES ||
         k == MS_FINDING_LEAK_GROWING;
}

static bool is_bad_free(enum ms_finding_kind k) {
  return k == MS_FINDING_DOUBLE_FREE || k == MS_FINDING_INVALID_FREE || k == MS_FINDING_INTERIOR_FREE || k == MS_FINDING_MISMATCHED_FREE;
}

/* FINDING depends on a spot that TEXT, which is taken, names. */
static void say(struct ms_finding *finding, char *text) {
  char *longer = finding->blind_spot ? ms_xasprintf("%s; %s", finding->blind_spot, text) : ms_xstrdup(text);
  free(finding->blind_spot);
  free(text);
  finding->blind_spot = longer;
  finding->depends_on_blind_spot = true;
}

/* FINDING depends on a spot: it is as sure as SUPPORT against AGAINST. TEXT is taken. */
static void take_back(struct ms_finding *finding, const char *rule, uint64_t support, uint64_t against, char *text) {
  double before = finding->confidence;
  if (finding->source != MS_SOURCE_INFERRED || ms_finding_confidence(support, against) < before)
    ms_finding_infer(finding, rule, support, against);
  if (finding->confidence < CONFIDENCE_HIGH && finding->severity == MS_SEVERITY_ERROR)
    finding->severity = MS_SEVERITY_WARNING;
  say(finding, text);
}

static void judge_missing(struct ms_finder *f, struct ms_finding *finding) {
  const struct ms_trace_damage *damage = ms_trace_damage(f->trace);
  uint64_t dropped = ms_trace_header(f->trace)->dropped, bad = damage->bad_chunks + damage->bad_records + damage->unknown_contexts;
  uint64_t read = ms_model_totals(f->model)->events;
  bool rests_on_it = is_leak(finding->kind) || is_of_the_end(finding->kind) || is_bad_free(finding->kind) ||
                     finding->kind == MS_FINDING_DANGLING_COPY || finding->kind == MS_FINDING_FOREIGN_KEEPS;
  if ((!dropped && !bad) || !rests_on_it || !read)
    return;
  take_back(finding, "events-are-missing", read, dropped + bad,
            dropped ? ms_xasprintf("%llu events were not recorded: a free or a store may be among them", (unsigned long long)dropped)
                    : ms_xasprintf("the trace is damaged (%llu bad parts): a free or a store may have been there", (unsigned long long)bad));
}

/* How the blocks of each site fared: those that ended, and those that live; by site. */
struct history {
  uint64_t ended, live;
};

static struct history *histories(const struct ms_finder *f) {
  struct history *by_site = ms_xcalloc((size_t)ms_trace_site_count(f->trace) + 1, sizeof *by_site);
  for (size_t i = 0; i < ms_model_context_count(f->model); i++) {
    const struct ms_model_context *c = ms_model_context(f->model, i);
    if (c->trace != f->trace)
      continue;
    const struct ms_trace_context *context = ms_trace_context(c->trace, c->id);
    struct history *h = &by_site[context->name_site ? context->name_site : context->call_site];
    h->ended += c->ended;
    h->live += c->usage.allocations - (c->ended < c->usage.allocations ? c->ended : c->usage.allocations);
  }
  return by_site;
}

/* Of the site that the block of FINDING comes from. */
static struct history history_of(const struct history *by_site, const struct ms_finding *finding) {
  bool is_known = finding->step_count && finding->steps[0].role == MS_STEP_ALLOCATED && finding->steps[0].site;
  struct history h = is_known ? by_site[finding->steps[0].site] : (struct history){0, 0};
  uint64_t blocks = finding->blocks ? finding->blocks : 1;
  if (finding->kind == MS_FINDING_DANGLING_SLOT || finding->kind == MS_FINDING_BORROW_OUTLIVES)
    return (struct history){.live = blocks, .ended = h.ended > blocks ? h.ended - blocks : 0}; /* left a slot, or none */
  return (struct history){.live = h.live ? h.live : 1, .ended = h.ended};
}

static void judge_end(struct ms_finder *f, const struct history *by_site, struct ms_finding *finding) {
  if (finding->kind == MS_FINDING_LEAK_POSSIBLE && !f->view.is_whole) {
    say(finding, ms_xasprintf("the program ended without a last look through memory (%s): a variable may still have held "
                              "the block",
                              ms_model_totals(f->model)->execs ? "it became another by exec" : "it was killed or aborted"));
    return;
  }
  bool is_lost = finding->kind == MS_FINDING_LEAK_LOST || finding->kind == MS_FINDING_LEAK_INDIRECT || finding->kind == MS_FINDING_LEAK_CYCLE;
  struct history h = history_of(by_site, finding);
  if (is_of_the_end(finding->kind) && ms_trace_has_stopped(f->trace)) {
    take_back(finding, "recording-ended", h.live, h.ended,
              ms_xstrdup("the recording ended before the program did: what it did later is not known"));
  } else if (!f->view.is_whole && (is_lost || finding->kind == MS_FINDING_DANGLING_SLOT) && f->findings.coverage.modules_opaque) {
    take_back(finding, "no-last-look", h.live, h.ended,
              ms_xasprintf("memory was not looked through at the end: code that MemScope did not compile (%s) may have "
                           "written or kept a pointer",
                           f->findings.coverage.opaque_names));
  }
}

/* Indexes of live followed blocks by their id, if any block was handed over. */
static struct ms_address_map handed_blocks(const struct ms_finder *f) {
  struct ms_address_map by_id = {0};
  for (uint32_t i = 0; f->handovers.count && f->graph && i < f->graph->node_count; i++)
    ms_address_map_put(&by_id, ms_slots_block(f->slots, f->graph->nodes[i].block)->id, f->graph->nodes[i].block);
  return by_id;
}

static void judge_handed(struct ms_finder *f, const struct ms_address_map *by_id, struct ms_finding *finding) {
  uint32_t index;
  if (!is_leak(finding->kind) || !ms_address_map_find(by_id, finding->block, &index))
    return;
  const struct ms_held_block *b = ms_slots_block(f->slots, index);
  const struct ms_handover *h = ms_handovers_of(&f->handovers, b->addr, b->event, 0);
  if (!h)
    return;
  const struct ms_handover_callee *c = &f->handovers.callees[h->callee];
  if (!f->findings.coverage.modules_opaque && !c->freed_there)
    return; /* the C library's, then */
  take_back(finding, "handed-to-other-code", c->freed_here + 1, c->freed_there,
            ms_xasprintf("it was handed to %s, which MemScope did not compile and which may have to free it", c->name));
}

static void judge_parent(struct ms_finder *f, struct ms_finding *finding) {
  const struct ms_model_totals *t = ms_model_totals(f->model);
  if (!ms_trace_header(f->trace)->fork_parent || ms_run_parent(f->run) ||
      (finding->kind != MS_FINDING_INVALID_FREE && finding->kind != MS_FINDING_INTERIOR_FREE))
    return;
  take_back(finding, "parent-is-missing", f->findings.coverage.frees + 1, t->unknown_frees + t->unknown_reallocs,
            ms_xstrdup("the trace of the parent process is not here: the block may be one of those that it had"));
}

void ms_blind_spots_apply(struct ms_finder *f) {
  count_words(f);
  count_modules(f);
  struct history *by_site = histories(f);
  struct ms_address_map by_id = handed_blocks(f);
  for (size_t i = 0; i < f->findings.count; i++) {
    struct ms_finding *finding = &f->findings.items[i];
    judge_missing(f, finding);
    judge_end(f, by_site, finding);
    judge_handed(f, &by_id, finding);
    judge_parent(f, finding);
  }
  ms_address_map_fini(&by_id);
  free(by_site);
}
