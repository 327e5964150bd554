/* block_map.h - the live blocks, found by address.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory is proportional to the largest number of blocks live at once. A pointer to a block
 * is valid until the next ms_block_map_add; an index stays valid while the block lives.
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_BLOCK_MAP_H
#define MEMSCOPE_ANALYSIS_MODEL_BLOCK_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS_BLOCK_NONE UINT32_MAX

/* One heap block of one generation; one cache line. */
struct ms_block {
  uint64_t addr, size;
  uint64_t id;          /* 1, 2 ... in the order of birth; never used again; 0: unused entry */
  uint64_t time;        /* of birth, ticks since the trace began */
  uint64_t predecessor; /* id of the block that realloc made it from, or 0 */
  uint32_t context;     /* model context (ms_model_context) */
  uint32_t thread;      /* index (ms_model_thread) of the thread that allocated it; not valid if inherited */
  uint32_t reallocs;    /* length of the chain of reallocs that led here */
  uint32_t next;        /* next unused entry; while in use MS_BLOCK_* flags */
  uint64_t reserved;
};

#define MS_BLOCK_INHERITED 1u /* born in the process that forked this one */

struct ms_block_map {
  struct ms_block *blocks; /* pool; entries with id 0 are unused */
  uint32_t used, capacity, free_list;
  struct ms_block_slot *slots;
  size_t slot_count; /* power of two */
  unsigned log2_slots;
  size_t live;       /* addresses in the map */
  uint64_t factor;   /* random */
};

void ms_block_map_init(struct ms_block_map *map);
void ms_block_map_fini(struct ms_block_map *map);

/* Index of the live block at ADDR, or MS_BLOCK_NONE. */
uint32_t ms_block_map_find(const struct ms_block_map *map, uint64_t addr);

/* Hints that ADDR will be looked up soon: first its slot, then (a few dozen instructions
 * later) its block are fetched into the cache. */
void ms_block_map_prefetch_slot(const struct ms_block_map *map, uint64_t addr);
void ms_block_map_prefetch_block(const struct ms_block_map *map, uint64_t addr);

/* A new pool entry (contents undefined but for .next) that no address leads to yet. */
uint32_t ms_block_map_new(struct ms_block_map *map);

/* Lets the block's address lead to it. False if there is a block at that address. */
bool ms_block_map_link(struct ms_block_map *map, uint32_t index);

/* Takes the block at ADDR out of the map and returns it, or MS_BLOCK_NONE. The entry lives
 * on until ms_block_map_release. */
uint32_t ms_block_map_unlink(struct ms_block_map *map, uint64_t addr);

void ms_block_map_release(struct ms_block_map *map, uint32_t index);

#endif
