/* past_blocks.c - see past_blocks.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/past_blocks.h"

#include <stdlib.h>

#include "support/grow.h"

void ms_past_blocks_fini(struct ms_past_blocks *past) {
  free(past->items);
  ms_address_map_fini(&past->by_address);
}

struct ms_past_block ms_past_block_of(const struct ms_held_block *b, const struct ms_event *e) {
  return (struct ms_past_block){.addr = b->addr, .size = b->size, .id = b->id, .event = b->event,
                                .end_event = e ? e->id : 0, .context = b->context,
                                .end_context = e ? e->context : 0, .name = b->name};
}

static void forget(struct ms_past_blocks *past, uint64_t addr, uint32_t index) {
  ms_address_map_remove(&past->by_address, addr);
  past->items[index].next_free = past->free_list;
  past->free_list = index + 1;
}

/* What lay in the memory of B is history. */
static void overlay(struct ms_past_blocks *past, const struct ms_held_block *b) {
  uint64_t key = b->addr, size = b->size ? b->size : 1;
  uint64_t behind = size > UINT64_MAX - b->addr ? UINT64_MAX : b->addr + size;
  uint32_t index;
  if (ms_address_map_floor(&past->by_address, &key, &index) && b->addr - key < past->items[index].size)
    forget(past, key, index);
  key = b->addr;
  for (; ms_address_map_ceil(&past->by_address, &key, &index) && key < behind; key++)
    forget(past, key, index);
}

static void keep(struct ms_past_blocks *past, const struct ms_held_block *b, const struct ms_event *e) {
  uint32_t index;
  if (ms_address_map_find(&past->by_address, b->addr, &index))
    forget(past, b->addr, index);
  if (past->free_list) {
    index = past->free_list - 1;
    past->free_list = past->items[index].next_free;
  } else {
    MS_GROW(past->items, past->count, past->capacity);
    index = past->count++;
  }
  past->items[index] = ms_past_block_of(b, e);
  ms_address_map_put(&past->by_address, b->addr, index);
}

void ms_past_blocks_take(struct ms_past_blocks *past, const struct ms_notice *notice) {
  if (notice->kind == MS_NOTICE_BEGIN)
    overlay(past, notice->block);
  else if (notice->kind == MS_NOTICE_END && notice->event)
    keep(past, notice->block, notice->event);
}

const struct ms_past_block *ms_past_blocks_at(const struct ms_past_blocks *past, uint64_t addr) {
  uint64_t key = addr;
  uint32_t index;
  if (!ms_address_map_floor(&past->by_address, &key, &index) || (addr != key && addr - key >= past->items[index].size))
    return NULL;
  return &past->items[index];
}
