/* check_free.c - frees of what is no block, or not any more, or of another family.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A pointer that nobody
 * allocated may come from an allocator that was not recorded: it counts as invalid only if it
 * lies in the arena, on a stack or in a module, if AddressSanitizer says so, or if the program
 * died of it (nothing follows in its thread).
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

struct bad_free {
  uint64_t addr, event, time;
  ms_context_id context;
  uint32_t thread;
  bool is_last; /* nothing followed in its thread */
  bool is_reported; /* by AddressSanitizer */
  bool is_dead, is_inside, is_live;
  struct ms_past_block block;
};

struct mismatch {
  struct ms_past_block block;
  uint64_t count, bytes;
};

struct frees {
  struct ms_finder *finder;
  struct bad_free *bad;
  size_t bad_count, bad_capacity;
  struct mismatch *mismatches;
  size_t mismatch_count, mismatch_capacity;
};

enum {
  BAD_FREES_MAX = 10000, /* a hostile trace may hold nothing else */
  MISMATCHES_MAX = 256   /* pairs of places; they are searched one by one */
};

static void *open_frees(struct ms_finder *finder) {
  struct frees *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_frees(void *state) {
  struct frees *s = state;
  free(s->bad);
  free(s->mismatches);
  free(s);
}

static void check_family(struct frees *s, const struct ms_held_block *b, const struct ms_event *e) {
  const struct ms_trace *trace = s->finder->trace;
  unsigned birth = ms_trace_context(trace, b->context)->fn, death = ms_trace_context(trace, e->context)->fn;
  if (!birth || !death || b->is_inherited || strcmp(ms_alloc_fn_family(birth), ms_alloc_fn_family(death)) == 0)
    return;
  for (size_t i = 0; i < s->mismatch_count; i++) {
    struct mismatch *m = &s->mismatches[i];
    if (m->block.context == b->context && m->block.end_context == e->context) {
      m->count++;
      m->bytes += b->size;
      return;
    }
  }
  if (s->mismatch_count >= MISMATCHES_MAX)
    return;
  MS_GROW(s->mismatches, s->mismatch_count, s->mismatch_capacity);
  s->mismatches[s->mismatch_count++] = (struct mismatch){ms_past_block_of(b, e), 1, b->size};
}

/* A free or realloc of an address where no live block begins. */
static void on_bad(struct frees *s, const struct ms_event *e) {
  if (s->bad_count >= BAD_FREES_MAX)
    return;
  MS_GROW(s->bad, s->bad_count, s->bad_capacity);
  struct bad_free *bad = &s->bad[s->bad_count++];
  *bad = (struct bad_free){.addr = e->addr, .event = e->id, .time = e->time, .context = e->context,
                           .thread = e->thread, .is_last = true};
  const struct ms_held_block *live = ms_slots_block_at(s->finder->slots, e->addr);
  const struct ms_past_block *dead = ms_past_blocks_at(&s->finder->past, e->addr);
  if (dead) {
    bad->is_dead = true;
    bad->block = *dead;
  } else if (live && e->addr - live->addr < live->size) {
    bad->is_live = true;
    bad->block = ms_past_block_of(live, NULL);
  }
  bad->is_inside = (bad->is_dead || bad->is_live) && bad->block.addr != e->addr;
}

/* The report follows the free that it is about. */
static void on_report(struct frees *s, const struct ms_event *e) {
  struct bad_free *last = s->bad_count ? &s->bad[s->bad_count - 1] : NULL;
  if (last && (e->size & MS_REPORT_CODE) == MS_REPORT_BAD_FREE && last->thread == e->thread && (!e->addr || last->addr == e->addr))
    last->is_reported = true;
}

static void notice_frees(void *state, const struct ms_notice *notice) {
  struct frees *s = state;
  const struct ms_event *e = notice->event;
  if (e && s->bad_count && s->bad[s->bad_count - 1].thread == e->thread && s->bad[s->bad_count - 1].event < e->id &&
      !(e->kind >= MS_EV_SNAPSHOT))
    s->bad[s->bad_count - 1].is_last = false;
  if (notice->kind == MS_NOTICE_END && e)
    check_family(s, notice->block, e);
  else if (notice->kind == MS_NOTICE_OTHER && e->kind == MS_EV_FREE)
    on_bad(s, e);
  else if (notice->kind == MS_NOTICE_OTHER && e->kind == MS_EV_REPORT)
    on_report(s, e);
  else if (notice->kind == MS_NOTICE_OTHER && e->kind == MS_EV_REALLOC_BEGIN) {
    const struct ms_held_block *live = ms_slots_block_at(s->finder->slots, e->addr);
    if (!live || live->addr != e->addr)
      on_bad(s, e);
  }
}

/* Whether an address that is in no block of ours can be no block of anybody. */
static bool is_no_heap(const struct frees *s, const struct bad_free *bad) {
  uint64_t first, behind;
  if (bad->is_reported)
    return true;
  if (ms_trace_arena(s->finder->trace, &first, &behind) && bad->addr >= first && bad->addr < behind)
    return true;
  for (ms_module_id i = 1; i <= ms_trace_module_count(s->finder->trace); i++) {
    const struct ms_trace_module *m = ms_trace_module(s->finder->trace, i);
    if (bad->addr >= m->start && bad->addr < m->end)
      return true;
  }
  return bad->is_last && !ms_model_totals(s->finder->model)->has_exit;
}

static void report_bad(struct frees *s, const struct bad_free *bad) {
  struct ms_finder *f = s->finder;
  if (!bad->is_dead && !bad->is_live && !is_no_heap(s, bad))
    return;
  bool is_known = bad->is_dead || bad->is_live;
  struct ms_finding *finding =
      ms_finder_add(f, bad->is_inside ? MS_FINDING_INTERIOR_FREE : bad->is_dead ? MS_FINDING_DOUBLE_FREE
                                                                                : MS_FINDING_INVALID_FREE);
  char *call = ms_finder_free_text(f, bad->context);
  finding->site = ms_finder_free_site(f, bad->context);
  finding->context = bad->context;
  const char *path = ms_finder_slot_path(f, finding->site);
  if (is_known) {
    ms_finding_name_block(f, finding, bad->block.context, bad->block.name);
    finding->block = bad->block.id;
    finding->bytes = bad->block.size;
    finding->blocks = 1;
    ms_finding_step_birth(f, finding, bad->block.event, bad->block.context);
    if (bad->is_dead)
      ms_finding_step_free(f, finding, MS_STEP_FREED, bad->block.end_event, bad->block.end_context);
  } else {
    finding->name = ms_xstrdup(path ? path : "");
    finding->type = ms_xstrdup(ms_trace_site(f->trace, finding->site)->type);
  }
  ms_finding_step_free(f, finding, MS_STEP_USED, bad->event, bad->context);
  unsigned long long offset = bad->addr - bad->block.addr, size = bad->block.size;
  if (bad->is_inside) {
    finding->title = ms_xasprintf("%s: the pointer is %llu bytes into a block of %llu%s", call, offset, size,
                                  bad->is_dead ? ", which has been freed" : "");
    finding->advice = ms_xstrdup("free the pointer that the allocation returned");
  } else if (bad->is_dead) {
    finding->title = ms_xasprintf("%s: the block has been freed before", call);
    finding->advice = ms_xasprintf("let one owner free it, or set %s to NULL after the first free", path ? path : "the pointer");
  } else {
    finding->title = ms_xasprintf("%s: no block begins there", call);
    finding->advice = ms_xstrdup("only what malloc and its like returned may be freed");
  }
  free(call);
}

static void report_mismatch(struct frees *s, const struct mismatch *m) {
  struct ms_finder *f = s->finder;
  struct ms_finding *finding = ms_finder_add(f, MS_FINDING_MISMATCHED_FREE);
  const char *birth = ms_alloc_fn_name(ms_trace_context(f->trace, m->block.context)->fn);
  const char *death = ms_alloc_fn_name(ms_trace_context(f->trace, m->block.end_context)->fn);
  ms_finding_name_block(f, finding, m->block.context, m->block.name);
  finding->site = ms_finder_free_site(f, m->block.end_context);
  finding->context = m->block.end_context;
  finding->block = m->block.id;
  finding->blocks = m->count;
  finding->bytes = m->bytes;
  ms_module_id library = ms_opaque_caller(&f->opaque, m->block.context);
  finding->title = ms_xasprintf("%s was allocated by %s%s%s and is freed by %s", *finding->name ? finding->name : "a block", birth,
                                library ? " in " : "", library ? ms_opaque_module_name(&f->opaque, library) : "", death);
  finding->advice = library ? ms_xasprintf("give it back to %s, with the function that it has for that",
                                           ms_opaque_module_name(&f->opaque, library))
                            : ms_xasprintf("free what %s allocated with the function that belongs to it", birth);
  ms_finding_step_birth(f, finding, m->block.event, m->block.context);
  ms_finding_step_free(f, finding, MS_STEP_USED, m->block.end_event, m->block.end_context);
}

static void finish_frees(void *state) {
  struct frees *s = state;
  for (size_t i = 0; i < s->bad_count; i++)
    report_bad(s, &s->bad[i]);
  for (size_t i = 0; i < s->mismatch_count; i++)
    report_mismatch(s, &s->mismatches[i]);
}

const struct ms_check ms_check_free = {open_frees, notice_frees, finish_frees, close_frees};
