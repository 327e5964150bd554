/* check_siblings.c - blocks that were not followed, and live at the end: what became of their siblings?
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * With track=auto only a sample of a busy place's blocks is followed, and only of these it is known whether
 * anything points at them at the end, and where the last pointer vanished. What is true of them is taken for
 * the others of the same place that live at the end: rule tracked-siblings. Support are the followed siblings that were lost
 * where the finding says; against are those that live and are within reach, or were lost elsewhere.
 *
 * Reads the findings of the leak check, which runs before.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/xalloc.h"

/* What is less sure is not said; one sibling and none against it is 0.21. */
#define CONFIDENCE_MIN 0.2
#define CONFIDENCE_HIGH 0.9

/* Blocks of one site that live at the end. */
struct kin {
  uint64_t followed;        /* as leak findings tell of them */
  uint64_t others, bytes;   /* that were not followed */
  ms_context_id context;    /* of one of these */
  uint64_t block, event;
};

static void *open_siblings(struct ms_finder *finder) { return finder; }

static void close_siblings(void *state) { (void)state; }

static bool is_leak(const struct ms_finding *f) {
  return f->kind == MS_FINDING_LEAK_LOST || f->kind == MS_FINDING_LEAK_INDIRECT || f->kind == MS_FINDING_LEAK_CYCLE ||
         f->kind == MS_FINDING_LEAK_POSSIBLE || f->kind == MS_FINDING_LEAK_REACHABLE;
}

/* The site that the blocks of F come from; 0 unknown. */
static ms_site_id birth_of(const struct ms_finding *f) {
  return f->step_count && f->steps[0].role == MS_STEP_ALLOCATED ? f->steps[0].site : 0;
}

static struct kin *count_kin(const struct ms_finder *f) {
  struct kin *kin = ms_xcalloc((size_t)ms_trace_site_count(f->trace) + 1, sizeof *kin);
  for (size_t i = 0; i < f->findings.count; i++)
    if (is_leak(&f->findings.items[i]))
      kin[birth_of(&f->findings.items[i])].followed += f->findings.items[i].blocks;
  for (uint32_t i = 0; i < ms_slots_block_count(f->slots); i++) {
    const struct ms_held_block *b = ms_slots_block(f->slots, i);
    if (!b->id || b->end_event || b->is_tracked || b->is_ignored || b->is_inherited)
      continue;
    struct kin *k = &kin[ms_finder_birth_site(f, b->context)];
    if (!k->others++) {
      k->context = b->context;
      k->block = b->id;
      k->event = b->event;
    }
    k->bytes += b->size;
  }
  return kin;
}

static const struct ms_finding_step *lost_step(const struct ms_finding *f) {
  for (size_t i = 0; i < f->step_count; i++)
    if (f->steps[i].role == MS_STEP_LOST)
      return &f->steps[i];
  return NULL;
}

/* The blocks of K that were not followed are lost as those of finding INDEX. */
static void report(struct ms_finder *finder, size_t index, const struct kin *k) {
  uint64_t support = finder->findings.items[index].blocks;
  uint64_t against = k->followed > support ? k->followed - support : 0;
  double share = (double)support / (double)(support + against);
  uint64_t blocks = (uint64_t)((double)k->others * share + 0.5), bytes = (uint64_t)((double)k->bytes * share + 0.5);
  if (!lost_step(&finder->findings.items[index]) || !blocks || ms_finding_confidence(support, against) < CONFIDENCE_MIN)
    return;
  struct ms_finding *f = ms_finder_add(finder, MS_FINDING_LEAK_LOST);
  const struct ms_finding *sibling = &finder->findings.items[index]; /* adding may have moved it */
  const struct ms_finding_step *lost = lost_step(sibling);
  ms_finding_infer(f, "tracked-siblings", support, against);
  if (f->confidence < CONFIDENCE_HIGH)
    f->severity = MS_SEVERITY_WARNING;
  ms_finding_name_block(finder, f, k->context, 0);
  f->site = sibling->site;
  f->context = k->context;
  f->block = k->block;
  f->blocks = blocks;
  f->bytes = bytes;
  ms_finding_step_birth(finder, f, k->event, k->context);
  struct ms_finding_step *step = ms_finding_step_add(f, MS_STEP_LOST, 0, lost->context, lost->site, lost->slot, lost->text);
  step->source = MS_SOURCE_INFERRED;
  step->line = lost->line;
  f->title = ms_xasprintf("about %llu more block%s with %llu bytes, not followed, %s probably lost, too: %s%s%s",
                          (unsigned long long)blocks, blocks == 1 ? "" : "s", (unsigned long long)bytes,
                          blocks == 1 ? "is" : "are", lost->slot ? lost->slot : "", lost->slot ? " " : "",
                          lost->text ? lost->text : "as their siblings");
  f->advice = sibling->advice ? ms_xstrdup(sibling->advice) : NULL;
  f->depends_on_blind_spot = true;
  f->blind_spot = ms_xasprintf("these blocks were not followed (track=auto): %llu of the %llu that were, and live, were lost there",
                               (unsigned long long)support, (unsigned long long)(support + against));
}

static void finish_siblings(void *state) {
  struct ms_finder *f = state;
  if (!f->graph)
    return;
  struct kin *kin = count_kin(f);
  for (size_t i = 0, n = f->findings.count; i < n; i++) {
    ms_site_id site = birth_of(&f->findings.items[i]);
    if (f->findings.items[i].kind == MS_FINDING_LEAK_LOST && site && kin[site].others)
      report(f, i, &kin[site]);
  }
  free(kin);
}

const struct ms_check ms_check_siblings = {open_siblings, NULL, finish_siblings, close_siblings};
