/* slot_blocks.c - the blocks that slots point at and lie in, through their generations.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `live` finds a block by any address in it. While a block is inside realloc on one thread,
 * another thread may be given its address: the block is then displaced (found by id) until its
 * realloc ends, and the slots in it are no longer found by address: they have been copied
 * to where the block goes. A block that has ended stays as long as slots dangle, and `dead` finds the
 * latest of an address, for copies of dangling pointers.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/model/slots_parts.h"
#include "support/grow.h"

static uint32_t new_block(struct ms_slots *s) {
  if (s->free_block) {
    uint32_t index = s->free_block - 1;
    s->free_block = s->blocks[index].first;
    return index;
  }
  MS_GROW(s->blocks, s->block_count, s->block_capacity);
  return s->block_count++;
}

static bool is_tracked(const struct ms_slots *s, uint64_t addr) {
  return s->is_recorded && addr >= s->arena_first && addr < s->arena_behind;
}

uint32_t ms_slots_container(const struct ms_slots *s, uint64_t addr) {
  uint64_t key = addr;
  uint32_t index;
  if (ms_address_map_floor(&s->live, &key, &index) && addr - key < s->blocks[index].size)
    return index;
  return MS_NONE;
}

uint32_t ms_slots_resolve(const struct ms_slots *s, uint64_t value) {
  if (!is_tracked(s, value))
    return MS_NONE;
  uint64_t key = value;
  uint32_t index;
  if (ms_address_map_floor(&s->live, &key, &index) && value - key <= s->blocks[index].size &&
      (s->blocks[index].is_tracked || s->blocks[index].is_muted))
    return s->blocks[index].is_tracked ? index : MS_NONE;
  key = value;
  if (ms_address_map_floor(&s->dead, &key, &index) && value - key <= s->blocks[index].size)
    return index;
  return MS_NONE;
}

/* The entry of a block that is live for us, taken out of the maps; MS_NONE if there is none. */
static uint32_t take_out(struct ms_slots *s, const struct ms_block *block, bool *ret_was_displaced) {
  uint32_t index;
  if (ms_address_map_find(&s->live, block->addr, &index) && s->blocks[index].id == block->id) {
    ms_address_map_remove(&s->live, block->addr);
    return index;
  }
  if (ms_address_map_find(&s->displaced, block->id, &index)) {
    ms_address_map_remove(&s->displaced, block->id);
    *ret_was_displaced = true;
    return index;
  }
  return MS_NONE;
}

/* The slots in BLOCK leave the memory map; returned in a new array, their number in *RET_COUNT. */
static uint32_t *take_slots(struct ms_slots *s, uint32_t block, uint32_t *ret_count) {
  const struct ms_held_block *b = &s->blocks[block];
  uint32_t count = 0, *slots = ms_xcalloc((size_t)b->pointers_in + 1, sizeof *slots);
  uint64_t key = (uint64_t)block << 32, behind = key + UINT32_MAX;
  for (uint32_t slot; ms_address_map_ceil(&s->carried, &key, &slot) && key < behind; key++) {
    ms_address_map_remove(&s->carried, key);
    slots[count++] = slot;
  }
  key = b->addr;
  behind = ms_slots_end_of(b->addr, b->size);
  for (uint32_t slot; ms_address_map_ceil(&s->memory, &key, &slot) && key < behind; key++)
    if (s->slots[slot].container == block) {
      ms_address_map_remove(&s->memory, key);
      slots[count++] = slot;
    }
  *ret_count = count;
  return slots;
}

/* Another block begins where BLOCK lives. */
static void displace(struct ms_slots *s, uint32_t block) {
  uint32_t count, *slots = take_slots(s, block, &count);
  for (uint32_t i = 0; i < count; i++)
    ms_address_map_put(&s->carried, (uint64_t)block << 32 | slots[i], slots[i]);
  free(slots);
  ms_address_map_put(&s->displaced, s->blocks[block].id, block);
}

uint32_t ms_slots_block_begin(struct ms_slots *s, const struct ms_block *block) {
  uint32_t other;
  if (ms_address_map_find(&s->live, block->addr, &other))
    displace(s, other);
  uint32_t index = new_block(s);
  const struct ms_event *e = s->now.event;
  s->blocks[index] = (struct ms_held_block){
      .id = block->id, .addr = block->addr, .size = block->size, .event = e ? e->id : 0, .time = block->time,
      .predecessor = block->predecessor, .context = e ? e->context : 0, .thread = e ? e->thread : 0, .first = MS_NONE,
      .is_tracked = is_tracked(s, block->addr), .is_inherited = (block->next & MS_BLOCK_INHERITED) != 0};
  ms_address_map_put(&s->live, block->addr, index);
  return index;
}

static void forget_lost(struct ms_held_block *b) {
  free(b->lost);
  b->lost = NULL;
}

void ms_slots_block_check(struct ms_slots *s, uint32_t index) {
  struct ms_held_block *b = &s->blocks[index];
  if (!b->end_event || b->slot_count)
    return;
  uint32_t dead;
  if (ms_address_map_find(&s->dead, b->addr, &dead) && dead == index)
    ms_address_map_remove(&s->dead, b->addr);
  forget_lost(b);
  b->id = 0;
  b->first = s->free_block;
  s->free_block = index + 1;
}

/* The slots that point at B dangle from now on. */
static void die(struct ms_slots *s, uint32_t index) {
  struct ms_held_block *b = &s->blocks[index];
  const struct ms_event *e = s->now.event;
  b->end_event = e ? e->id : UINT64_MAX;
  b->end_time = e ? e->time : 0;
  b->end_context = e ? e->context : 0;
  b->end_thread = e ? e->thread : 0;
  forget_lost(b);
  if (b->slot_count)
    ms_address_map_put(&s->dead, b->addr, index);
  ms_slots_block_check(s, index);
}

void ms_slots_block_end(struct ms_slots *s, const struct ms_block *block) {
  bool was_displaced;
  uint32_t index = take_out(s, block, &was_displaced);
  if (index == MS_NONE)
    return;
  struct ms_held_block *b = &s->blocks[index];
  ms_slots_settle(s, index);
  const struct ms_trace_site *site = s->now.info;
  uint32_t slot = ms_slots_source(s, index, site, site->path, site->slot, MS_NONE);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_END, .block = b,
                                      .slot = slot == MS_NONE ? NULL : &s->slots[slot]});
  if (b->pointers_in) {
    uint32_t count, *slots = take_slots(s, index, &count);
    for (uint32_t i = 0; i < count; i++)
      ms_slots_end_taken(s, slots[i], MS_END_CONTAINER);
    free(slots);
  }
  die(s, index);
}

/* All slots that point into the block are known no more. If it is dead, that is its end here, too. */
static void let_go(struct ms_slots *s, uint32_t index) {
  while (s->blocks[index].slot_count) {
    uint32_t slot = s->blocks[index].first, known;
    const struct ms_slot *held = &s->slots[slot];
    bool is_carried = held->where != MS_IN_VARIABLE &&
                      !(ms_address_map_find(&s->memory, held->address, &known) && known == slot);
    if (is_carried) {
      ms_address_map_remove(&s->carried, (uint64_t)held->container << 32 | slot);
      ms_slots_end_taken(s, slot, MS_END_UNFOLLOWED);
    } else {
      ms_slots_end_slot(s, slot, MS_END_UNFOLLOWED);
    }
  }
}

void ms_slots_block_mute(struct ms_slots *s, uint32_t index) {
  ms_slots_settle(s, index);
  s->blocks[index].is_tracked = false;
  s->blocks[index].is_muted = true;
  s->muted++;
  let_go(s, index);
  forget_lost(&s->blocks[index]);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_MUTE, .block = &s->blocks[index]});
}

void ms_slots_retire(struct ms_slots *s, uint64_t first, uint64_t behind) {
  if (first <= s->arena_first && behind > s->arena_first)
    s->arena_first = behind;
  for (uint32_t i = 0; i < s->block_count; i++) {
    const struct ms_held_block *b = &s->blocks[i];
    if (!b->id || b->addr < first || b->addr >= behind)
      continue;
    if (b->end_event)
      let_go(s, i);
    else if (b->is_tracked)
      ms_slots_block_mute(s, i);
  }
}

/* The slots that lay in FROM go along to TO, at another address perhaps. */
static void carry_slots(struct ms_slots *s, uint32_t from, uint32_t to) {
  struct ms_held_block *old = &s->blocks[from], *new = &s->blocks[to];
  uint64_t keep = old->size < new->size ? old->size : new->size;
  uint32_t count, *carried = take_slots(s, from, &count);
  for (uint32_t i = 0; i < count; i++) {
    struct ms_slot *slot = &s->slots[carried[i]];
    uint64_t offset = slot->address - old->addr;
    if (offset + MS_POINTER_BYTES > keep) {
      ms_slots_end_taken(s, carried[i], MS_END_CONTAINER);
      carried[i] = MS_NONE;
    }
  }
  /* What was recorded at the new place, and not carried there, is of the past. */
  if (new->addr != old->addr)
    ms_slots_end_range(s, new->addr, ms_slots_end_of(new->addr, new->size), MS_END_CLEARED);
  for (uint32_t i = 0; i < count; i++)
    if (carried[i] != MS_NONE) {
      uint32_t points_at = s->slots[carried[i]].block;
      ms_slots_unlink(s, carried[i]); /* so that inside_count is right again */
      s->slots[carried[i]].address += new->addr - old->addr;
      s->slots[carried[i]].container = to;
      ms_slots_link(s, carried[i], points_at);
      ms_address_map_put(&s->memory, s->slots[carried[i]].address, carried[i]);
    }
  free(carried);
}

/* The slots of FROM that point further than SIZE (IS_BEYOND) or not, become slots of TO. */
static void hand_over(struct ms_slots *s, uint32_t from, uint32_t to, uint64_t size, bool is_beyond) {
  uint32_t last = MS_NONE;
  for (uint32_t i = s->blocks[from].first; i != MS_NONE; i = s->slots[i].next)
    last = i;
  for (uint32_t i = last, previous; i != MS_NONE; i = previous) { /* the oldest first: the order stays */
    previous = s->slots[i].previous;
    if ((s->slots[i].offset > size) != is_beyond)
      continue;
    ms_slots_unlink(s, i);
    ms_slots_link(s, i, to);
  }
}

/* In place the entry stays and becomes the new generation, so that an array that grows by one
 * element a time does not have all its slots touched each time; the old one gets an entry
 * of its own. */
static void realloc_in_place(struct ms_slots *s, uint32_t block, const struct ms_block *begun) {
  uint32_t old = new_block(s), other;
  const struct ms_event *e = s->now.event;
  struct ms_held_block *b = &s->blocks[block], *o = &s->blocks[old];
  *o = *b;
  o->first = MS_NONE;
  o->slot_count = o->inside_count = o->pointers_in = 0;
  o->successor = begun->id;
  b->id = begun->id;
  b->size = begun->size;
  b->event = e->id;
  b->time = begun->time;
  b->predecessor = o->id;
  b->context = e->context;
  b->thread = e->thread;
  b->is_inherited = false;
  b->lost = NULL; /* it is the old one's */
  if (ms_address_map_find(&s->live, b->addr, &other))
    displace(s, other);
  ms_address_map_put(&s->live, b->addr, block);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_END, .block = o, .other = b});
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_BEGIN, .block = b, .other = o});
  if (b->size < o->size) {
    uint64_t cut = b->size > MS_POINTER_BYTES - 1 ? b->size - (MS_POINTER_BYTES - 1) : 0;
    ms_slots_end_range(s, ms_slots_end_of(b->addr, cut), ms_slots_end_of(o->addr, o->size), MS_END_CONTAINER);
    hand_over(s, block, old, s->blocks[block].size, true); /* they dangle */
  }
  die(s, old);
}

void ms_slots_block_realloc(struct ms_slots *s, const struct ms_block *ended, const struct ms_block *begun) {
  bool was_displaced = false;
  uint32_t from = ended ? take_out(s, ended, &was_displaced) : MS_NONE;
  if (from != MS_NONE && ended->addr == begun->addr && !was_displaced) {
    ms_slots_settle(s, from);
    realloc_in_place(s, from, begun);
    return;
  }
  uint32_t to = ms_slots_block_begin(s, begun);
  if (from == MS_NONE) {
    ms_slots_end_range(s, begun->addr, ms_slots_end_of(begun->addr, begun->size), MS_END_CLEARED);
    ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_BEGIN, .block = &s->blocks[to]});
    return;
  }
  ms_slots_settle(s, from);
  struct ms_held_block *old = &s->blocks[from], *new = &s->blocks[to];
  old->successor = new->id;
  new->name = old->name;
  new->clone_of = old->clone_of;
  new->clone_rule = old->clone_rule;
  if (old->is_muted) { /* what holds it is not known, wherever it lies */
    new->is_tracked = false;
    new->is_muted = true;
  }
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_END, .block = old, .other = new});
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_BEGIN, .block = new, .other = old});
  if (s->is_recorded)
    carry_slots(s, from, to);
  if (ended->addr == begun->addr) { /* and somebody else had its address for a while */
    hand_over(s, from, to, begun->size, false);
    s->blocks[to].was_held = s->blocks[from].was_held;
  }
  die(s, from);
}
