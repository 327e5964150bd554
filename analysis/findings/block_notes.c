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
  ms_address_map_fini(&n->by_block);
  ms_address_map_fini(&n->variables);
}

const struct ms_block_note *ms_block_notes_of(const struct ms_block_notes *n, uint64_t id) {
  uint32_t index;
  return ms_address_map_find(&n->by_block, id, &index) ? &n->notes[index] : NULL;
}

static struct ms_block_note *note_of(struct ms_block_notes *n, uint64_t id) {
  uint32_t index;
  return ms_address_map_find(&n->by_block, id, &index) ? &n->notes[index] : NULL;
}

static void begin(struct ms_block_notes *n, uint64_t id) {
  uint32_t index;
  if (n->free_list) {
    index = n->free_list - 1;
    n->free_list = n->notes[index].next_free;
  } else {
    MS_GROW(n->notes, n->count, n->capacity);
    index = n->count++;
  }
  n->notes[index] = (struct ms_block_note){.block = id};
  ms_address_map_put(&n->by_block, id, index);
}

static void end(struct ms_block_notes *n, uint64_t id) {
  uint32_t index;
  if (!ms_address_map_find(&n->by_block, id, &index))
    return;
  ms_address_map_remove(&n->by_block, id);
  n->notes[index].block = 0;
  n->notes[index].next_free = n->free_list;
  n->free_list = index + 1;
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
  struct ms_block_note *note = note_of(n, notice->block->id);
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

static void on_bind(struct ms_block_notes *n, const struct ms_trace *trace, const struct ms_notice *notice) {
  const struct ms_event *e = notice->event;
  struct ms_block_note *note = note_of(n, notice->block->id);
  if (!note || notice->block->end_event || is_of_wrapper(trace, note, notice))
    return;
  note->bound = (struct ms_moment){.event = e->id, .context = e->context, .site = notice->site, .slot_site = notice->site,
                                   .slot_context = e->context, .slot_event = e->id};
  note->rebound.event = 0;
  const char *path = ms_trace_site(trace, notice->site)->path, *function = ms_trace_site(trace, notice->site)->func;
  uint64_t key = ms_hash_u64(e->addr) ^ ms_hash_u64(e->thread + UINT64_C(0x100000000)) ^ ms_hash_bytes(path, strlen(path)) ^
                 ms_hash_u64(ms_hash_bytes(function, strlen(function)));
  uint32_t index;
  if (ms_address_map_find(&n->variables, key, &index) && &n->notes[index] != note && n->notes[index].block) {
    struct ms_block_note *old = &n->notes[index];
    if (strcmp(ms_trace_site(trace, old->bound.site)->path, path) == 0 && old->released.event < old->bound.event) {
      old->rebound = note->bound;
      old->rebound.slot_site = old->bound.site;
      old->rebound.slot_event = old->bound.event;
      old->rebound.why = MS_END_OVERWRITTEN;
    }
  }
  ms_address_map_put(&n->variables, key, (uint32_t)(note - n->notes));
}

void ms_block_notes_take(struct ms_block_notes *n, const struct ms_trace *trace, const struct ms_slots *slots,
                         const struct ms_notice *notice) {
  switch (notice->kind) {
  case MS_NOTICE_BEGIN:
    if (notice->block->is_tracked)
      begin(n, notice->block->id);
    break;
  case MS_NOTICE_END: end(n, notice->block->id); break;
  case MS_NOTICE_RELEASE: on_release(n, slots, notice); break;
  case MS_NOTICE_BIND: on_bind(n, trace, notice); break;
  case MS_NOTICE_HOLD: {
    struct ms_block_note *note = note_of(n, notice->block->id);
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
