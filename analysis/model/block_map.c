/* block_map.c - see block_map.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Two parts, because a lookup should touch little memory: a table of 8-byte slots (32 bits
 * of the hash, 32 bits of index; linear probing, at most a quarter
 * full, for a probe that goes on is a branch mispredicted) and a pool of blocks
 * with a free list. A deletion shifts the entries behind it back, so there are no
 * tombstones and the table never degrades. The hash is keyed: a hostile trace cannot choose
 * addresses that collide.
 */
#include "analysis/model/block_map.h"

#include <assert.h>

#include "support/index.h"
#include "support/pages.h"

_Static_assert(sizeof(struct ms_block) == 64, "a block is one cache line");

struct ms_block_slot {
  uint32_t tag;   /* low half of the hash */
  uint32_t index; /* + 1; 0 = free */
};

/* The tag of an address: 26 bits of hash for the 1 KiB that it lies in, and its 16-byte
 * granule in there. Neighbours in memory are neighbours in the table, which is worth more
 * than an even spread: programs allocate and free in runs, so most lookups find their cache
 * line warm [measured: 2 to 3 times faster than a hash of the whole address with a million
 * live blocks]. Multiply-shift with a random odd factor: a trace cannot choose its collisions. */
static inline uint32_t tag_of(const struct ms_block_map *map, uint64_t addr) {
  uint32_t region = (uint32_t)(((addr >> 10) * map->factor) >> 38);
  return region << 6 | ((uint32_t)(addr >> 4) & 63);
}

/* Where the search for TAG begins. */
static inline size_t home(const struct ms_block_map *map, uint32_t tag) {
  size_t region = ((size_t)(tag >> 6) << map->log2_slots) >> 26;
  return (region + (tag & 63)) & (map->slot_count - 1);
}

void ms_block_map_init(struct ms_block_map *map) {
  *map = (struct ms_block_map){.free_list = MS_BLOCK_NONE, .slot_count = 4096, .log2_slots = 12,
                               .factor = ms_hash_u64(1) | 1};
  map->slots = ms_pages_new(map->slot_count * sizeof *map->slots);
  map->capacity = 1024;
  map->blocks = ms_pages_new(map->capacity * sizeof *map->blocks);
}

void ms_block_map_fini(struct ms_block_map *map) {
  ms_pages_free(map->slots, map->slot_count * sizeof *map->slots);
  ms_pages_free(map->blocks, map->capacity * sizeof *map->blocks);
}

static inline size_t find_slot(const struct ms_block_map *map, uint64_t addr) {
  uint32_t tag = tag_of(map, addr);
  size_t at = home(map, tag);
  for (; map->slots[at].index; at = (at + 1) & (map->slot_count - 1))
    if (map->slots[at].tag == tag && map->blocks[map->slots[at].index - 1].addr == addr)
      break;
  return at;
}

void ms_block_map_prefetch_slot(const struct ms_block_map *map, uint64_t addr) {
  __builtin_prefetch(&map->slots[home(map, tag_of(map, addr))], 1);
}

void ms_block_map_prefetch_block(const struct ms_block_map *map, uint64_t addr) {
  uint32_t index = map->slots[home(map, tag_of(map, addr))].index; /* often the right one */
  if (index)
    __builtin_prefetch(&map->blocks[index - 1], 1);
}

uint32_t ms_block_map_find(const struct ms_block_map *map, uint64_t addr) {
  return map->slots[find_slot(map, addr)].index - 1; /* 0 - 1 = MS_BLOCK_NONE */
}

uint32_t ms_block_map_new(struct ms_block_map *map) {
  if (map->free_list != MS_BLOCK_NONE) {
    uint32_t index = map->free_list;
    map->free_list = map->blocks[index].next;
    return index;
  }
  if (map->used == map->capacity) {
    assert(map->capacity < UINT32_MAX / 2);
    size_t old = map->capacity * sizeof *map->blocks;
    map->capacity *= 2;
    map->blocks = ms_pages_grow(map->blocks, old, old * 2);
  }
  return map->used++;
}

static void insert(struct ms_block_map *map, struct ms_block_slot slot) {
  size_t at = home(map, slot.tag);
  while (map->slots[at].index)
    at = (at + 1) & (map->slot_count - 1);
  map->slots[at] = slot;
}

static void grow(struct ms_block_map *map) {
  struct ms_block_slot *old = map->slots;
  size_t count = map->slot_count;
  assert(count < (size_t)1 << 32); /* the place of an entry is part of its 32-bit tag */
  map->slot_count = count * 2;
  map->log2_slots++;
  map->slots = ms_pages_new(map->slot_count * sizeof *map->slots);
  for (size_t i = 0; i < count; i++)
    if (old[i].index)
      insert(map, old[i]);
  ms_pages_free(old, count * sizeof *old);
}

bool ms_block_map_link(struct ms_block_map *map, uint32_t index) {
  if (map->live >= map->slot_count / 4)
    grow(map);
  uint64_t addr = map->blocks[index].addr;
  size_t at = find_slot(map, addr);
  if (map->slots[at].index)
    return false;
  map->slots[at] = (struct ms_block_slot){tag_of(map, addr), index + 1};
  map->live++;
  return true;
}

uint32_t ms_block_map_unlink(struct ms_block_map *map, uint64_t addr) {
  size_t hole = find_slot(map, addr);
  uint32_t index = map->slots[hole].index - 1;
  if (index == MS_BLOCK_NONE)
    return index;
  size_t mask = map->slot_count - 1;
  for (size_t at = (hole + 1) & mask; map->slots[at].index; at = (at + 1) & mask) {
    /* The entry may move back to the hole unless its home lies between the two. */
    if (((at - home(map, map->slots[at].tag)) & mask) >= ((at - hole) & mask)) {
      map->slots[hole] = map->slots[at];
      hole = at;
    }
  }
  map->slots[hole] = (struct ms_block_slot){0, 0};
  map->live--;
  return index;
}

void ms_block_map_release(struct ms_block_map *map, uint32_t index) {
  map->blocks[index].id = 0;
  map->blocks[index].next = map->free_list;
  map->free_list = index;
}
