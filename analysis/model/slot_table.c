/* slot_table.c - the slots: they begin to hold a block, they end, and who is told.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A slot exists while it holds a pointer into a tracked block; memory slots are found by
 * address, variables by (activation, variable). A slot that gets another pointer ends and
 * begins again, in that order; what ends says which copies are decided by it.
 */
#include <stdlib.h>

#include "analysis/model/slots_parts.h"
#include "support/grow.h"

/* A source is looked for among so many holders, the latest ones: blocks with thousands of
 * holders must not make every copy slow. */
enum { SOURCES_LOOKED_AT = 64 };

static uint64_t variable_key(uint64_t activation, uint32_t variable) {
  return activation << 24 | (variable & 0xffffff);
}

void ms_slots_link(struct ms_slots *s, uint32_t index, uint32_t block) {
  struct ms_slot *slot = &s->slots[index];
  struct ms_held_block *b = &s->blocks[block];
  slot->block = block;
  slot->offset = slot->value - b->addr;
  slot->previous = MS_NONE;
  slot->next = b->first;
  if (b->first != MS_NONE)
    s->slots[b->first].previous = index;
  b->first = index;
  b->slot_count++;
  b->inside_count += slot->container == block;
  if (slot->container != MS_NONE)
    s->blocks[slot->container].pointers_in++;
}

void ms_slots_unlink(struct ms_slots *s, uint32_t index) {
  struct ms_slot *slot = &s->slots[index];
  struct ms_held_block *b = &s->blocks[slot->block];
  if (slot->previous != MS_NONE)
    s->slots[slot->previous].next = slot->next;
  else
    b->first = slot->next;
  if (slot->next != MS_NONE)
    s->slots[slot->next].previous = slot->previous;
  b->slot_count--;
  b->inside_count -= slot->container == slot->block;
  if (slot->container != MS_NONE)
    s->blocks[slot->container].pointers_in--;
}

/* B has a holder; if it IS_OUTSIDE of B, whatever was lost is found. */
static void found(struct ms_held_block *b, bool is_outside) {
  b->was_held = true;
  if (!is_outside)
    return;
  free(b->lost);
  b->lost = NULL;
}

/* SLOT was the last that held B from outside. */
static void lost(struct ms_slots *s, struct ms_held_block *b, const struct ms_slot *slot, enum ms_slot_end why) {
  const struct ms_event *e = s->now.event;
  b->lost = ms_xcalloc(1, sizeof *b->lost);
  *b->lost = (struct ms_lost){.event = e ? e->id : 0, .time = e ? e->time : 0, .context = e ? e->context : 0,
                              .site = s->now.site, .slot = *slot, .why = why};
  if (slot->container != MS_NONE) {
    b->lost->container = s->blocks[slot->container].id;
    b->lost->container_offset = slot->address - s->blocks[slot->container].addr;
  }
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_LOST, .why = why, .block = b, .slot = slot});
}

/* Takes SLOT off its block and tells; its place in the maps is the caller's. */
static void release(struct ms_slots *s, uint32_t index, enum ms_slot_end why) {
  struct ms_slot *slot = &s->slots[index];
  struct ms_held_block *b = &s->blocks[slot->block];
  ms_slots_touch(s, slot->block, index, false);
  ms_slots_unlink(s, index);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_RELEASE, .why = why, .block = b, .slot = slot});
  if (!b->end_event && b->slot_count == b->inside_count && slot->container != slot->block && !b->lost &&
      !b->is_muted)
    lost(s, b, slot, why);
  ms_slots_block_check(s, slot->block);
}

void ms_slots_end_slot(struct ms_slots *s, uint32_t index, enum ms_slot_end why) {
  const struct ms_slot *slot = &s->slots[index];
  if (slot->where == MS_IN_VARIABLE)
    ms_address_map_remove(&s->variables, variable_key(slot->activation, slot->variable));
  else
    ms_address_map_remove(&s->memory, slot->address);
  ms_slots_end_taken(s, index, why);
}

void ms_slots_end_taken(struct ms_slots *s, uint32_t index, enum ms_slot_end why) {
  release(s, index, why);
  s->slots[index].next = s->free_slot;
  s->free_slot = index + 1;
}

void ms_slots_end_range(struct ms_slots *s, uint64_t first, uint64_t behind, enum ms_slot_end why) {
  uint64_t key = first;
  for (uint32_t slot; ms_address_map_ceil(&s->memory, &key, &slot) && key < behind; key++)
    ms_slots_end_slot(s, slot, why);
}

void ms_slots_end_variables(struct ms_slots *s, uint64_t activation, uint32_t returned) {
  uint64_t key = variable_key(activation, 0), behind = variable_key(activation + 1, 0);
  for (uint32_t slot; ms_address_map_ceil(&s->variables, &key, &slot) && key < behind; key++)
    ms_slots_end_slot(s, slot, s->slots[slot].block == returned ? MS_END_RETURNED : MS_END_SCOPE);
}

static uint32_t new_slot(struct ms_slots *s) {
  if (s->free_slot) {
    uint32_t index = s->free_slot - 1;
    s->free_slot = s->slots[index].next;
    return index;
  }
  MS_GROW(s->slots, s->slot_count, s->slot_capacity);
  return s->slot_count++;
}

/* What a slot that is written now is like; its place is the caller's. */
static struct ms_slot written(const struct ms_slots *s, uint64_t value) {
  const struct ms_event *e = s->now.event;
  return (struct ms_slot){.value = value, .event = e->id, .time = e->time, .context = e->context, .site = s->now.site,
                          .container = MS_NONE, .thread = e->thread, .next = MS_NONE, .previous = MS_NONE};
}

/* The slot at INDEX (MS_NONE: it held nothing) becomes NEW, which holds BLOCK; its index. */
static uint32_t rewrite(struct ms_slots *s, uint32_t index, const struct ms_slot *new, uint32_t block) {
  struct ms_slot before;
  uint32_t counted_by = s->blocks[block].counted_by; /* a count right before belongs to this copy */
  bool had = index != MS_NONE, was_same = had && s->slots[index].block == block;
  if (had)
    before = s->slots[index];
  if (was_same) {
    ms_slots_touch(s, block, MS_NONE, false);
    ms_slots_unlink(s, index);
  } else if (had) {
    release(s, index, MS_END_OVERWRITTEN);
  } else {
    index = new_slot(s);
  }
  if (!was_same)
    ms_slots_touch(s, block, MS_NONE, false);
  s->slots[index] = *new;
  ms_slots_link(s, index, block);
  struct ms_held_block *b = &s->blocks[block];
  bool is_first = !b->was_held && !b->is_inherited;
  b->counted_by = counted_by;
  found(b, new->container != block);
  ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_HOLD, .block = b, .slot = &s->slots[index],
                                      .before = had ? &before : NULL});
  if (!s->skips_origins)
    ms_slots_copied(s, index, is_first, was_same);
  return index;
}

/* Whether the block in which slot INDEX lies is now the clone of one that its pointer came from. */
static void look_for_clone(struct ms_slots *s, uint32_t index) {
  const struct ms_slot *slot = &s->slots[index];
  struct ms_held_block *to = &s->blocks[slot->container];
  if (s->now.info->kind == MS_SITE_COPY && !to->was_copied_into && to->is_tracked) {
    const struct ms_trace_site *birth = ms_trace_site(s->trace, ms_trace_context(s->trace, to->context)->name_site);
    uint32_t i = slot->next;
    for (unsigned n = 0; i != MS_NONE && n < SOURCES_LOOKED_AT; i = s->slots[i].next, n++) {
      const struct ms_slot *from = &s->slots[i];
      if (from->container == MS_NONE || from->address - s->blocks[from->container].addr != slot->address - to->addr ||
          !ms_rule_is_whole_copy(s->now.info, s->now.event->thread, birth, to, &s->blocks[from->container]))
        continue;
      to->clone_of = s->blocks[from->container].id;
      to->clone_rule = MS_RULE_whole_copy;
      ms_slots_tell(s, (struct ms_notice){.kind = MS_NOTICE_CLONE, .block = to,
                                          .other = &s->blocks[from->container]});
      break;
    }
  }
  to->was_copied_into = true;
}

/* The slot at ADDR, or MS_NONE; pointers that overlap it end. */
static uint32_t clear_for(struct ms_slots *s, uint64_t addr) {
  uint32_t index = MS_NONE;
  if (ms_address_map_alone(&s->memory, addr, MS_POINTER_BYTES, &index))
    return index;
  uint64_t key = addr > MS_POINTER_BYTES - 1 ? addr - (MS_POINTER_BYTES - 1) : 0;
  uint64_t behind = ms_slots_end_of(addr, MS_POINTER_BYTES);
  for (uint32_t slot; ms_address_map_ceil(&s->memory, &key, &slot) && key < behind; key++) {
    if (key == addr)
      index = slot;
    else
      ms_slots_end_slot(s, slot, MS_END_OVERWRITTEN);
  }
  return index;
}

void ms_slots_store(struct ms_slots *s, uint64_t addr, uint64_t value, uint32_t block) {
  uint32_t index = clear_for(s, addr);
  if (block != MS_NONE && s->blocks[block].end_event)
    block = ms_slots_resolve(s, value); /* a pointer that overlapped may have been its last */
  if (block == MS_NONE) {
    if (index != MS_NONE)
      ms_slots_end_slot(s, index, MS_END_OVERWRITTEN);
    return;
  }
  struct ms_slot slot = written(s, value);
  slot.address = addr;
  bool is_known = index != MS_NONE;
  if (is_known && s->slots[index].where == MS_IN_HEAP) { /* it ends with its block, so that is the same */
    slot.where = MS_IN_HEAP;
    slot.container = s->slots[index].container;
  } else {
    ms_slots_place(s, &slot);
  }
  index = rewrite(s, index, &slot, block);
  if (!is_known)
    ms_address_map_put(&s->memory, addr, index);
  if (slot.container != MS_NONE && !s->skips_origins)
    look_for_clone(s, index);
}

void ms_slots_bind(struct ms_slots *s, const struct ms_activation *activation, uint32_t variable, uint64_t value) {
  uint32_t block = ms_slots_resolve(s, value), index = MS_NONE;
  uint64_t key = variable_key(activation->number, variable);
  (void)ms_address_map_find(&s->variables, key, &index);
  if (block == MS_NONE) {
    if (index != MS_NONE)
      ms_slots_end_slot(s, index, s->now.info->kind == MS_SITE_SCOPE ? MS_END_SCOPE : MS_END_OVERWRITTEN);
    return;
  }
  struct ms_slot slot = written(s, value);
  slot.address = activation->frame;
  slot.activation = activation->number;
  slot.variable = variable;
  slot.where = MS_IN_VARIABLE;
  index = rewrite(s, index, &slot, block);
  ms_address_map_put(&s->variables, key, index);
}

/* How well SLOT fits to "what PATH, of KIND, means at a place in the function of SITE": 0 not. */
static unsigned fit(const struct ms_slots *s, const struct ms_slot *slot, const struct ms_trace_site *site,
                    const char *path, unsigned kind) {
  const struct ms_trace_site *stored = ms_trace_site(s->trace, slot->site);
  if (stored->path != path) {
    if (kind != MS_SLOT_FIELD || stored->slot != MS_SLOT_FIELD)
      return 0;
    /* The same member by another way: its name is the last part of both. */
    const char *member = ms_path_member(path), *other = ms_path_member(stored->path);
    return *member && ms_same_text(member, other) ? 1 : 0;
  }
  if (slot->where == MS_IN_VARIABLE) {
    const struct ms_activation *top = ms_slots_top(s);
    return top && slot->activation == top->number ? 4 : 0;
  }
  if (stored->func == site->func)
    return 3;
  return kind == MS_SLOT_GLOBAL || kind == MS_SLOT_FIELD || kind == MS_SLOT_ELEMENT ? 2 : 0;
}

uint32_t ms_slots_source(const struct ms_slots *s, uint32_t block, const struct ms_trace_site *site, const char *path,
                         unsigned kind, uint32_t except) {
  uint32_t best = MS_NONE;
  unsigned best_fit = 0, equals = 0, looked = 0;
  if (!*path)
    return MS_NONE;
  for (uint32_t i = s->blocks[block].first; i != MS_NONE && looked < SOURCES_LOOKED_AT; i = s->slots[i].next) {
    if (i == except)
      continue;
    looked++;
    unsigned how = fit(s, &s->slots[i], site, path, kind);
    equals += how && how == best_fit;
    if (how > best_fit) {
      best = i;
      best_fit = how;
      equals = 0;
    }
  }
  return best_fit == 1 && equals ? MS_NONE : best; /* two that only share a member's name: not clear */
}
