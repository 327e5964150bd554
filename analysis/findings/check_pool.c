/* check_pool.c - parts of a pool that are used, or still held, after the pool was reset.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pools are known from memscope_pool_alloc and memscope_pool_reset (memscope.h) and lie in tracked
 * blocks. A part that is given out anew, or whose block ends, is history. The pool's own pointers
 * are told from the program's: they point at the beginning of the memory, are made by
 * arithmetic, or were stored before the part was given out.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

struct part {
  uint64_t addr, size, pool, event;
  uint64_t reset_event; /* 0: in use */
  ms_context_id context, reset_context;
  bool is_reported, is_gone;
  uint32_t next; /* + 1: of its pool until the reset, then of the free list */
};

/* A slot that held a part when its pool was reset. */
struct kept {
  struct ms_slot slot;
  struct part part;
};

struct lane_pool {
  uint32_t lane;
  uint64_t pool;
};

struct pools {
  struct ms_finder *finder;
  struct part *parts;
  uint32_t part_count, part_capacity, free_list; /* + 1 */
  struct ms_address_map by_address;
  struct ms_address_map of_pool; /* address of the pool: its parts that are in use; + 1 */
  struct kept *kept;
  uint32_t kept_count, kept_capacity;
  struct ms_address_map kept_by_event; /* of the slot's store */
  struct lane_pool *lanes;
  size_t lane_count, lane_capacity;
};

static void *open_pools(struct ms_finder *finder) {
  struct pools *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_pools(void *state) {
  struct pools *s = state;
  free(s->parts);
  free(s->kept);
  free(s->lanes);
  ms_address_map_fini(&s->by_address);
  ms_address_map_fini(&s->of_pool);
  ms_address_map_fini(&s->kept_by_event);
  free(s);
}

static uint64_t *pool_of_lane(struct pools *s, uint32_t lane) {
  for (size_t i = 0; i < s->lane_count; i++)
    if (s->lanes[i].lane == lane)
      return &s->lanes[i].pool;
  MS_GROW(s->lanes, s->lane_count, s->lane_capacity);
  s->lanes[s->lane_count] = (struct lane_pool){lane, 0};
  return &s->lanes[s->lane_count++].pool;
}

static struct part *part_at(struct pools *s, uint64_t addr) {
  uint64_t key = addr;
  uint32_t index;
  if (!ms_address_map_floor(&s->by_address, &key, &index) || addr - key >= s->parts[index].size)
    return NULL;
  return &s->parts[index];
}

static void release(struct pools *s, uint32_t index) {
  s->parts[index].next = s->free_list;
  s->free_list = index + 1;
}

static void forget_range(struct pools *s, uint64_t first, uint64_t behind) {
  struct part *before = part_at(s, first);
  uint64_t key = before ? before->addr : first;
  for (uint32_t index; ms_address_map_ceil(&s->by_address, &key, &index) && key < behind; key++) {
    ms_address_map_remove(&s->by_address, key);
    s->parts[index].is_gone = true;
    if (s->parts[index].reset_event)
      release(s, index); /* else it is in the list of its pool */
  }
}

static void on_alloc(struct pools *s, const struct ms_event *e) {
  uint64_t size = e->size ? e->size : 1;
  if (size > UINT64_MAX - e->addr)
    return;
  forget_range(s, e->addr, e->addr + size);
  uint32_t index;
  if (s->free_list) {
    index = s->free_list - 1;
    s->free_list = s->parts[index].next;
  } else {
    MS_GROW(s->parts, s->part_count, s->part_capacity);
    index = s->part_count++;
  }
  uint32_t next = 0;
  uint64_t pool = *pool_of_lane(s, e->lane);
  (void)ms_address_map_find(&s->of_pool, pool, &next);
  s->parts[index] =
      (struct part){.addr = e->addr, .size = size, .pool = pool, .event = e->id, .context = e->context, .next = next};
  ms_address_map_put(&s->by_address, e->addr, index);
  ms_address_map_put(&s->of_pool, pool, index + 1);
}

/* The program's own pointers to PART, which is reset. */
static void take_census(struct pools *s, const struct part *part) {
  const struct ms_slots *slots = s->finder->slots;
  const struct ms_held_block *b = ms_slots_block_at(slots, part->addr);
  if (!b || !b->is_tracked)
    return;
  for (uint32_t i = b->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(slots, i)->next) {
    const struct ms_slot *slot = ms_slots_slot(slots, i);
    bool is_inside = slot->container != MS_SLOT_NONE_INDEX && ms_slots_block(slots, slot->container) == b;
    if (is_inside || slot->offset == 0 || slot->value - part->addr >= part->size || slot->event < part->event ||
        (slot->where != MS_IN_MODULE && slot->where != MS_IN_HEAP))
      continue;
    MS_GROW(s->kept, s->kept_count, s->kept_capacity);
    ms_address_map_put(&s->kept_by_event, slot->event, s->kept_count);
    s->kept[s->kept_count++] = (struct kept){*slot, *part};
  }
}

static void on_reset(struct pools *s, const struct ms_event *e) {
  uint32_t at = 0;
  if (!ms_address_map_find(&s->of_pool, e->addr, &at))
    return;
  ms_address_map_remove(&s->of_pool, e->addr);
  for (uint32_t next; at; at = next) {
    struct part *p = &s->parts[at - 1];
    next = p->next;
    if (p->is_gone) {
      release(s, at - 1);
      continue;
    }
    p->reset_event = e->id;
    p->reset_context = e->context;
    take_census(s, p);
  }
}

static struct ms_finding *begin_finding(struct pools *s, const struct part *part) {
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_POOL_USE);
  ms_finding_name_block(s->finder, f, part->context, 0);
  f->blocks = 1;
  f->bytes = part->size;
  ms_finding_step_birth(s->finder, f, part->event, part->context);
  ms_finding_step_add(f, MS_STEP_FREED, part->reset_event, part->reset_context,
                      ms_trace_context(s->finder->trace, part->reset_context)->name_site, NULL, "the pool is reset");
  f->advice = ms_xstrdup("copy what has to outlive the reset, or clear the pointer before it");
  return f;
}

static void on_hold(struct pools *s, const struct ms_notice *notice) {
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, notice->site);
  struct part *part = part_at(s, notice->slot->value);
  if (!part || !part->reset_event || part->is_reported || notice->slot->offset == 0 || site->kind != MS_SITE_STORE ||
      (site->flags & MS_SITE_F_OFFSET) || site->slot == MS_SLOT_LOCAL || site->slot == MS_SLOT_PARAM)
    return;
  part->is_reported = true;
  const struct ms_event *e = notice->event;
  struct ms_finding *f = begin_finding(s, part);
  f->site = notice->site;
  f->context = e->context;
  ms_finding_step_add(f, MS_STEP_USED, e->id, e->context, notice->site, site->path, "gets the pointer");
  f->title = ms_xasprintf("%s is copied to %s after its pool was reset", *site->src ? site->src : "a pointer",
                          *site->path ? site->path : "memory");
}

static void notice_pools(void *state, const struct ms_notice *notice) {
  struct pools *s = state;
  const struct ms_event *e = notice->event;
  uint32_t index;
  if (notice->kind == MS_NOTICE_OTHER && e->kind == MS_EV_POOL)
    *pool_of_lane(s, e->lane) = e->addr;
  else if (notice->kind == MS_NOTICE_OTHER && e->kind == MS_EV_POOL_ALLOC)
    on_alloc(s, e);
  else if (notice->kind == MS_NOTICE_OTHER && e->kind == MS_EV_POOL_RESET)
    on_reset(s, e);
  else if (s->part_count == 0)
    return;
  else if (notice->kind == MS_NOTICE_END)
    forget_range(s, notice->block->addr, notice->block->addr + notice->block->size);
  else if (notice->kind == MS_NOTICE_HOLD && e)
    on_hold(s, notice);
  else if (notice->kind == MS_NOTICE_RELEASE && ms_address_map_find(&s->kept_by_event, notice->slot->event, &index))
    ms_address_map_remove(&s->kept_by_event, notice->slot->event);
}

static void finish_pools(void *state) {
  struct pools *s = state;
  uint64_t key = 0;
  for (uint32_t index; ms_address_map_ceil(&s->kept_by_event, &key, &index); key++) {
    const struct kept *k = &s->kept[index];
    const struct part *now = part_at(s, k->slot.value);
    if (!now || now->is_reported || now->reset_event != k->part.reset_event)
      continue;
    struct ms_finding *f = begin_finding(s, &k->part);
    const char *path = ms_finder_slot_path(s->finder, k->slot.site);
    f->severity = MS_SEVERITY_WARNING;
    f->site = k->slot.site;
    f->context = k->slot.context;
    ms_finding_step_add(f, MS_STEP_HELD, 0, 0, k->slot.site, path, "still points there at the end");
    f->title = ms_xasprintf("%s still points into a pool that was reset", path ? path : "a slot");
  }
}

const struct ms_check ms_check_pool = {open_pools, notice_pools, finish_pools, close_pools};
