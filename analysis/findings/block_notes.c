/* block_notes.c - see block_notes.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Variables that are bound at level refs are known by thread, frame, function and name. The key
 * is a keyed hash of the four: a collision would cost one line of a story. That a variable is
 * bound again says that it lost what it held only if it is still the same activation, which nothing
 * tells. So it counts for as long as the block was in no other place since; and not if the function
 * is one that hands out what it allocates: its variable's block is the caller's by then.
 */
#include "analysis/findings/block_notes.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"
#include "support/index.h"

void ms_block_notes_fini(struct ms_block_notes *n) {
  free(n->notes);
  free(n->variables);
  ms_index_fini(&n->variable_index);
}

static struct ms_block_note *note_of(const struct ms_block_notes *n, const struct ms_slots *slots,
                                     const struct ms_held_block *block) {
  uint32_t index = ms_slots_block_index(slots, block);
  return index < n->capacity && n->notes[index].block == block->id ? &n->notes[index] : NULL;
}

const struct ms_block_note *ms_block_notes_of(const struct ms_block_notes *n, const struct ms_slots *slots,
                                              const struct ms_held_block *block) {
  return note_of(n, slots, block);
}

static void begin(struct ms_block_notes *n, const struct ms_slots *slots, const struct ms_held_block *block) {
  uint32_t index = ms_slots_block_index(slots, block);
  while (index >= n->capacity) {
    uint32_t old = n->capacity;
    MS_GROW(n->notes, n->capacity, n->capacity);
    for (uint32_t i = old; i < n->capacity; i++)
      n->notes[i].block = 0;
  }
  n->notes[index] = (struct ms_block_note){.block = block->id};
}

static void end(struct ms_block_notes *n, const struct ms_slots *slots, const struct ms_held_block *block) {
  struct ms_block_note *note = note_of(n, slots, block);
  if (note)
    note->block = 0;
}

/* What SLOT did at the event of NOTICE. */
static struct ms_moment moment_of(const struct ms_slots *slots, const struct ms_notice *notice, const struct ms_slot *slot) {
  const struct ms_event *e = notice->event;
  return (struct ms_moment){.event = e ? e->id : 0,
                            .context = e ? e->context : 0,
                            .site = notice->site,
                            .slot_site = slot->site,
                            .slot_context = slot->context,
                            .slot_event = slot->event,
                            .container = slot->container == MS_SLOT_NONE_INDEX
                                             ? 0
                                             : ms_slots_block(slots, slot->container)->id,
                            .why = notice->why};
}

static void on_release(struct ms_block_notes *n, const struct ms_slots *slots, const struct ms_notice *notice) {
  struct ms_block_note *note = note_of(n, slots, notice->block);
  if (!note || notice->block->end_event)
    return;
  struct ms_moment m = moment_of(slots, notice, notice->slot);
  if (m.container == note->block)
    return;
  note->released = m;
  if (!m.container)
    note->released_outside = m;
}

/* Whether the variable is one of the function that allocated for another, which names the block. */
static bool is_of_wrapper(const struct ms_trace *trace, const struct ms_block_note *note, const struct ms_notice *notice) {
  ms_site_id namer = ms_trace_context(trace, notice->block->context)->name_site;
  return !note->bound.event && namer &&
         strcmp(ms_trace_site(trace, namer)->func, ms_trace_site(trace, notice->site)->func) != 0;
}

/* The variable with KEY, a hash of which all bits count; BLOCK 0: it is new here. */
static struct ms_bound_variable *variable_of(struct ms_block_notes *n, uint64_t key) {
  struct ms_index_cursor c = ms_index_start(&n->variable_index, key);
  for (uint32_t i; ms_index_next(&n->variable_index, &c, &i);)
    return &n->variables[i];
  ms_index_add(&n->variable_index, key, n->variable_count);
  MS_GROW(n->variables, n->variable_count, n->variable_capacity);
  n->variables[n->variable_count] = (struct ms_bound_variable){.key = key};
  return &n->variables[n->variable_count++];
}

/* The block that VARIABLE had and that still lives, if it is not that of NOTE. VARIABLE gets that one. */
static struct ms_block_note *displaced_by(struct ms_block_notes *n, struct ms_bound_variable *variable,
                                          const struct ms_block_note *note) {
  struct ms_block_note *old = variable->block ? &n->notes[variable->note] : NULL;
  if (old && (old == note || old->block != variable->block))
    old = NULL;
  variable->block = note->block;
  variable->note = (uint32_t)(note - n->notes);
  return old;
}

static void on_bind(struct ms_block_notes *n, const struct ms_trace *trace, const struct ms_slots *slots,
                    const struct ms_notice *notice) {
  const struct ms_event *e = notice->event;
  const struct ms_trace_site *site = ms_trace_site(trace, notice->site);
  struct ms_block_note *note = note_of(n, slots, notice->block);
  if (!note || notice->block->end_event || is_of_wrapper(trace, note, notice))
    return;
  note->bound = (struct ms_moment){.event = e->id, .context = e->context, .site = notice->site, .slot_site = notice->site,
                                   .slot_context = e->context, .slot_event = e->id};
  note->rebound.event = 0;
  const uint64_t parts[] = {e->addr, e->thread, (uintptr_t)site->path, (uintptr_t)site->func};
  struct ms_block_note *old = displaced_by(n, variable_of(n, ms_hash_bytes(parts, sizeof parts)), note);
  if (old && ms_trace_site(trace, old->bound.site)->path == site->path && old->released.event < old->bound.event) {
    old->rebound = note->bound;
    old->rebound.slot_site = old->bound.site;
    old->rebound.slot_event = old->bound.event;
    old->rebound.why = MS_END_OVERWRITTEN;
  }
}

/* A variable got a new block straight from an allocator, which is no event of its own, in a loop as the
 * compiler says: what it had before it held no longer. */
static void on_birth(struct ms_block_notes *n, const struct ms_trace *trace, const struct ms_slots *slots,
                     const struct ms_notice *notice) {
  const struct ms_event *e = notice->event;
  const struct ms_trace_context *context = ms_trace_context(trace, notice->block->context);
  struct ms_block_note *note = note_of(n, slots, notice->block);
  if (!e || !note || !(ms_trace_site(trace, context->name_site)->flags & MS_SITE_F_END_AGAIN))
    return;
  const uint64_t parts[] = {notice->block->context, e->thread, 0, 0};
  struct ms_block_note *old = displaced_by(n, variable_of(n, ms_hash_bytes(parts, sizeof parts)), note);
  if (old && !old->released.event && !old->bound.event)
    old->rebound = (struct ms_moment){.event = e->id, .context = e->context, .site = context->name_site,
                                      .slot_site = context->name_site, .slot_context = e->context,
                                      .slot_event = e->id, .why = MS_END_OVERWRITTEN};
}

void ms_block_notes_take(struct ms_block_notes *n, const struct ms_trace *trace, const struct ms_slots *slots,
                         const struct ms_notice *notice) {
  switch (notice->kind) {
  case MS_NOTICE_BEGIN:
    if (notice->block->is_tracked)
      begin(n, slots, notice->block);
    on_birth(n, trace, slots, notice);
    break;
  case MS_NOTICE_END: end(n, slots, notice->block); break;
  case MS_NOTICE_RELEASE: on_release(n, slots, notice); break;
  case MS_NOTICE_BIND: on_bind(n, trace, slots, notice); break;
  case MS_NOTICE_HOLD: {
    struct ms_block_note *note = note_of(n, slots, notice->block);
    const struct ms_slot *before = notice->before;
    if (note && (notice->slot->where == MS_IN_HEAP || notice->slot->where == MS_IN_MODULE))
      note->was_kept = true;
    if (note && before && before->block == notice->slot->block && before->offset == 0 && notice->slot->offset > 0) {
      note->advanced = moment_of(slots, notice, before);
      note->advanced.why = MS_END_OVERWRITTEN;
    }
    break;
  }
  default: break;
  }
}
