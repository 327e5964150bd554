/* arena_heat.c - 16 bits for each 16 bytes of the arena: who is copied how often.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Under track=auto only. They lie outside the arena, at an eighth of the addresses that they speak of,
 * so that the entries of the hooks (cold_hooks.c) find what they need by one shift, wherever in a
 * block a pointer points. They are told apart by their place: a block's first is its count, the second
 * its site's note. Of a large block what lies beyond the first MARKED bytes is never marked: there
 * the hooks have to find its begin.
 */
#include <string.h>

#include "runtime/arena_regions.h"
#include "runtime/guard.h"
#include "runtime/tracked_arena.h"

#define MARKED (4u << 20) /* bytes */
#define NOTED_MIN 32u /* bytes of the blocks that have a second counter, which is free for a note */

/* In all counters of BYTES of blocks at BLOCK, set BITS. */
static void mark_heat(uintptr_t block, uint64_t bytes, uint16_t bits) {
  typedef uint16_t eight __attribute__((vector_size(16), aligned(2), may_alias));
  uint16_t *heat = msrt_arena_heat(block), *behind = heat + bytes / 16;
  for (; behind - heat >= 8; heat += 8)
    *(eight *)heat |= bits;
  for (; heat < behind; heat++)
    *heat |= bits;
}

void msrt_heat_clear(uintptr_t block, uint64_t bytes) {
  uint64_t marked = bytes < MARKED ? bytes : MARKED;
  memset(msrt_arena_heat(block), 0, marked / 16 * sizeof(uint16_t));
}

static uint64_t guarded_bytes(size_t size) { return ((uint64_t)size + 16) & ~15ull; }

void *msrt_arena_mute(uintptr_t value, unsigned *ret_note) {
  *ret_note = 0;
  if (!msrt_arena_counts || !msrt_in_arena_blocks(value))
    return NULL;
  if (msrt_in_guard(value)) {
    void *guarded = msrt_guard_block_of(value);
    if (guarded)
      mark_heat((uintptr_t)guarded, guarded_bytes(msrt_guard_size(guarded)), MSRT_MUTED);
    return guarded;
  }
  unsigned region = msrt_region_of(value);
  const struct msrt_region *r = &msrt_regions[region];
  uintptr_t block = msrt_region_base(region) + msrt_region_index(r, value) * r->block_bytes;
  if (!msrt_arena_is_block((const void *)block))
    return NULL;
  if (r->block_bytes >= NOTED_MIN)
    *ret_note = msrt_arena_copies(msrt_arena_heat(block)[1]);
  mark_heat(block, r->block_bytes < MARKED ? r->block_bytes : MARKED, MSRT_MUTED);
  return (void *)block;
}

void msrt_arena_spend_names(uintptr_t value) {
  const struct msrt_region *r = &msrt_regions[msrt_region_of(value)];
  if (r->block_bytes)
    mark_heat(msrt_region_base(msrt_region_of(value)) + msrt_region_index(r, value) * r->block_bytes,
              r->block_bytes < MARKED ? r->block_bytes : MARKED, MSRT_SPENT);
  else /* guarded: a counter every 16 bytes */
    *msrt_arena_heat(value) |= MSRT_SPENT;
}

bool msrt_arena_is_given_up(const void *block) {
  uintptr_t value = (uintptr_t)block;
  return msrt_arena_counts && (!msrt_in_arena_followed(value) || *msrt_arena_heat(value) == MSRT_MUTED);
}

/* Where the note of BLOCK is; NULL: nowhere. */
static uint16_t *note_of(const void *block) {
  uintptr_t value = (uintptr_t)block;
  if (!msrt_arena_counts || !msrt_in_arena_blocks(value) || msrt_in_guard(value) ||
      msrt_regions[msrt_region_of(value)].block_bytes < NOTED_MIN)
    return NULL;
  return msrt_arena_heat(value) + 1;
}

void msrt_arena_note(void *block, unsigned note) {
  uint16_t *its = note_of(block);
  if (its)
    *its = (uint16_t)note;
}

void msrt_arena_inherit(void *block, const void *old) {
  if (!msrt_arena_counts || !msrt_in_arena((uintptr_t)block))
    return;
  const uint16_t *had = note_of(old);
  msrt_arena_note(block, had ? msrt_arena_copies(*had) : 0);
  *msrt_arena_heat((uintptr_t)block) = (uint16_t)msrt_arena_copies(*msrt_arena_heat((uintptr_t)old));
}

uint16_t *msrt_arena_counter(uintptr_t value) {
  unsigned region = msrt_region_of(value);
  const struct msrt_region *r = &msrt_regions[region];
  if (!r->block_bytes || r->block_bytes <= 16) /* guarded, or all in one */
    return msrt_arena_heat(value);
  return msrt_arena_heat(msrt_region_base(region) + msrt_region_index(r, value) * r->block_bytes);
}
