/* check_dangling.c - pointers that are left behind when their block ends, and copies of them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A census at every free (and every realloc that moves): which globals and members of blocks
 * still point there. What is overwritten later, or ends with its container, was in order; what
 * dangles when the trace ends is reported. Locals that dangle are not worth a word: nearly every
 * free leaves one.
 *
 * A copy of a dangling pointer is a use of it. If other blocks lie at the address by then, the
 * place that it was copied from tells the generation.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/leak_graph.h"
#include "support/grow.h"

/* A slot that was left behind. It may move with its container: only its index stays the same. */
struct left_slot {
  struct ms_past_block block;
  struct ms_slot slot; /* as it was then */
  uint32_t index;
  uint32_t next_free;
  bool is_used;
};

/* A copy, or several at one place. */
struct dangling_copy {
  struct ms_past_block block;
  uint64_t event, count;
  ms_context_id context;
  ms_site_id site;
  bool is_reused; /* another block lies there by then */
};

struct dangling {
  struct ms_finder *finder;
  struct left_slot *left;
  uint32_t left_count, left_capacity, free_list; /* free_list: + 1 */
  struct ms_address_map by_slot;                 /* its index */
  struct ms_address_map by_value;                /* pointer: the latest such slot */
  struct dangling_copy *copies;
  size_t copy_count, copy_capacity;
};

enum {
  COPIES_MAX = 256, /* places; they are searched one by one */
  HOLDERS_LOOKED_AT = 256
};

static void *open_dangling(struct ms_finder *finder) {
  struct dangling *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_dangling(void *state) {
  struct dangling *s = state;
  free(s->left);
  free(s->copies);
  ms_address_map_fini(&s->by_slot);
  ms_address_map_fini(&s->by_value);
  free(s);
}

static void leave(struct dangling *s, const struct ms_held_block *b, uint32_t slot, const struct ms_event *e) {
  uint32_t index;
  if (s->free_list) {
    index = s->free_list - 1;
    s->free_list = s->left[index].next_free;
  } else {
    MS_GROW(s->left, s->left_count, s->left_capacity);
    index = s->left_count++;
  }
  s->left[index] = (struct left_slot){
      .block = ms_past_block_of(b, e), .slot = *ms_slots_slot(s->finder->slots, slot), .index = slot, .is_used = true};
  ms_address_map_put(&s->by_slot, slot, index);
  ms_address_map_put(&s->by_value, s->left[index].slot.value, index);
}

static void on_end(struct dangling *s, const struct ms_notice *notice) {
  const struct ms_held_block *b = notice->block;
  if (!notice->event || !b->is_tracked || (notice->other && notice->other->addr == b->addr))
    return;
  for (uint32_t i = b->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(s->finder->slots, i)->next) {
    const struct ms_slot *slot = ms_slots_slot(s->finder->slots, i);
    bool is_inside = slot->container != MS_SLOT_NONE_INDEX && ms_slots_block(s->finder->slots, slot->container) == b;
    if (!is_inside && (slot->where == MS_IN_MODULE || slot->where == MS_IN_HEAP))
      leave(s, b, i, notice->event);
  }
}

static void on_release(struct dangling *s, const struct ms_slot *slot) {
  uint32_t number = ms_slots_slot_index(s->finder->slots, slot), index, other;
  if (!ms_address_map_find(&s->by_slot, number, &index))
    return;
  ms_address_map_remove(&s->by_slot, number);
  if (ms_address_map_find(&s->by_value, s->left[index].slot.value, &other) && other == index)
    ms_address_map_remove(&s->by_value, s->left[index].slot.value);
  s->left[index].is_used = false;
  s->left[index].next_free = s->free_list;
  s->free_list = index + 1;
}

/* A copy that one instruction makes of one pointer to memory that outlives the function; not one
 * of many by memcpy, nor an argument: programs hand on what they have freed to look it up. */
static bool is_plain_copy(const struct dangling *s, ms_site_id id) {
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, id);
  return site->kind == MS_SITE_STORE && site->slot != MS_SLOT_LOCAL && site->slot != MS_SLOT_PARAM &&
         site->slot != MS_SLOT_NONE && site->slot != MS_SLOT_TEMP;
}

static void copied(struct dangling *s, const struct ms_past_block *block, const struct ms_event *e, ms_site_id site,
                   bool is_reused) {
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].site == site && s->copies[i].block.end_context == block->end_context) {
      s->copies[i].count++;
      return;
    }
  if (s->copy_count >= COPIES_MAX)
    return;
  MS_GROW(s->copies, s->copy_count, s->copy_capacity);
  s->copies[s->copy_count++] = (struct dangling_copy){.block = *block, .event = e->id, .count = 1,
                                                      .context = e->context, .site = site, .is_reused = is_reused};
}

/* Whether a slot that is in order, called PATH, holds B as well: then the copy may be of that. */
static bool is_held_as(const struct dangling *s, const struct ms_held_block *b, const struct ms_slot *except,
                       const char *path) {
  unsigned looked = 0;
  for (uint32_t i = b->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(s->finder->slots, i)->next) {
    if (looked++ == HOLDERS_LOOKED_AT)
      return true;
    const struct ms_slot *slot = ms_slots_slot(s->finder->slots, i);
    if (slot->event != except->event && strcmp(ms_trace_site(s->finder->trace, slot->site)->path, path) == 0)
      return true;
  }
  return false;
}

static void on_hold(struct dangling *s, const struct ms_notice *notice) {
  const struct ms_event *e = notice->event;
  if (!e || !is_plain_copy(s, notice->site))
    return;
  if (notice->block->end_event) {
    struct ms_past_block block = ms_past_block_of(notice->block, NULL);
    block.end_event = notice->block->end_event;
    block.end_context = notice->block->end_context;
    if (!notice->before || notice->before->value != notice->slot->value)
      copied(s, &block, e, notice->site, false);
    return;
  }
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, notice->site);
  uint32_t index;
  if (*site->src && site->src_slot == MS_SLOT_GLOBAL && ms_address_map_find(&s->by_value, notice->slot->value, &index) &&
      s->left[index].slot.where == MS_IN_MODULE &&
      strcmp(ms_trace_site(s->finder->trace, s->left[index].slot.site)->path, site->src) == 0 &&
      !is_held_as(s, notice->block, notice->slot, site->src))
    copied(s, &s->left[index].block, e, notice->site, true);
}

/* Whether E moves a slot on (`p--`) that did not point into BLOCK before: then it was computed, not copied. */
static bool comes_from_elsewhere(const struct dangling *s, const struct ms_event *e, ms_site_id id, uint64_t block) {
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, id);
  if (!*site->src || site->src_slot != site->slot || strcmp(site->src, site->path) != 0)
    return false;
  uint64_t cursor = e->addr;
  const struct ms_slot *slot = ms_slots_next_in(s->finder->slots, &cursor, e->addr + 1);
  return !slot || ms_slots_block(s->finder->slots, slot->block)->id != block;
}

static void notice_dangling(void *state, const struct ms_notice *notice) {
  struct dangling *s = state;
  switch (notice->kind) {
  case MS_NOTICE_END: on_end(s, notice); break;
  case MS_NOTICE_RELEASE:
    if (notice->block->end_event)
      on_release(s, notice->slot);
    break;
  case MS_NOTICE_HOLD: on_hold(s, notice); break;
  case MS_NOTICE_OTHER:
    if (notice->event->kind == MS_EV_STORE && is_plain_copy(s, notice->site)) {
      const struct ms_past_block *block = ms_past_blocks_at(&s->finder->past, notice->event->value);
      if (block && !comes_from_elsewhere(s, notice->event, notice->site, block->id))
        copied(s, block, notice->event, notice->site, false);
    }
    break;
  default: break;
  }
}

static void tell_block(struct dangling *s, struct ms_finding *f, const struct ms_past_block *b) {
  ms_finding_name_block(s->finder, f, b->context, b->name);
  f->block = b->id;
  f->bytes = b->size;
  f->blocks = 1;
  ms_finding_step_birth(s->finder, f, b->event, b->context);
}

static void report_left(struct dangling *s, const struct left_slot *left, uint64_t count, uint64_t bytes) {
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_DANGLING_SLOT);
  const char *path = ms_finder_slot_path(s->finder, left->slot.site);
  char *call = ms_finder_free_text(s->finder, left->block.end_context);
  tell_block(s, f, &left->block);
  f->blocks = count;
  f->bytes = bytes;
  f->site = ms_finder_free_site(s->finder, left->block.end_context);
  f->context = left->block.end_context;
  ms_finding_step_add(f, MS_STEP_COPIED, left->slot.event, left->slot.context, left->slot.site, path, NULL);
  ms_finding_step_free(s->finder, f, MS_STEP_FREED, left->block.end_event, left->block.end_context);
  ms_finding_step_add(f, MS_STEP_HELD, 0, 0, left->slot.site, path, "still points there at the end");
  f->title = ms_xasprintf("%s leaves %s pointing at freed memory", call, path ? path : "a slot");
  f->advice = ms_xasprintf("set %s to NULL when the block is freed", path ? path : "the slot");
  free(call);
}

static int by_place(const void *a, const void *b) {
  const struct left_slot *x = a, *y = b;
  if (x->is_used != y->is_used)
    return x->is_used ? -1 : 1;
  if (x->slot.site != y->slot.site)
    return x->slot.site < y->slot.site ? -1 : 1;
  if (x->block.end_context != y->block.end_context)
    return x->block.end_context < y->block.end_context ? -1 : 1;
  return x->block.end_event < y->block.end_event ? -1 : x->block.end_event > y->block.end_event;
}

static void report_copy(struct dangling *s, const struct dangling_copy *c) {
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_DANGLING_COPY);
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, c->site);
  tell_block(s, f, &c->block);
  f->blocks = c->count;
  f->site = c->site;
  f->context = c->context;
  ms_finding_step_free(s->finder, f, MS_STEP_FREED, c->block.end_event, c->block.end_context);
  ms_finding_step_add(f, MS_STEP_USED, c->event, c->context, c->site, site->path, "gets the pointer");
  f->title = ms_xasprintf("%s is copied to %s after its block was freed%s", *site->src ? site->src : "a pointer",
                          *site->path ? site->path : "memory", c->is_reused ? ", and another block lies there now" : "");
  f->advice = ms_xstrdup("do not use a pointer once its block is freed; set it to NULL then");
}

static void forget_lost(struct dangling *s) {
  for (uint32_t i = 0; s->finder->graph && i < s->left_count; i++)
    s->left[i].is_used = s->left[i].is_used && ms_slot_stands(s->finder, ms_slots_slot(s->finder->slots, s->left[i].index));
}

static void finish_dangling(void *state) {
  struct dangling *s = state;
  forget_lost(s);
  if (s->left_count > 1)
    qsort(s->left, s->left_count, sizeof *s->left, by_place);
  for (uint32_t i = 0, n; i < s->left_count && s->left[i].is_used; i = n) {
    uint64_t bytes = 0;
    for (n = i; n < s->left_count && s->left[n].is_used && s->left[n].slot.site == s->left[i].slot.site &&
                s->left[n].block.end_context == s->left[i].block.end_context; n++)
      bytes += s->left[n].block.size;
    report_left(s, &s->left[i], n - i, bytes);
  }
  for (size_t i = 0; i < s->copy_count; i++)
    report_copy(s, &s->copies[i]);
}

const struct ms_check ms_check_dangling = {open_dangling, notice_dangling, finish_dangling, close_dangling};
