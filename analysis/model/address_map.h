/* address_map.h - an ordered map from 64-bit keys, mostly addresses, to 32-bit values.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Everything that asks "what lies at or below this address" or "what lies in this range"
 * uses it. All operations take O(log n); memory is proportional to what is in the map.
 *
 *   uint64_t key = first;
 *   for (uint32_t value; ms_address_map_ceil(&map, &key, &value) && key < behind; key++)
 *     ...                                     (removing the entry at KEY is allowed)
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_ADDRESS_MAP_H
#define MEMSCOPE_ANALYSIS_MODEL_ADDRESS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ms_address_node;

/* Zero-initialised is empty. */
struct ms_address_map {
  struct ms_address_node *nodes;
  uint32_t node_count, node_capacity, free_list; /* free_list: + 1, 0 none */
  uint32_t root;
  size_t count;
  uint32_t *hints; /* where keys like it were found last: a node, checked before it is used */
  uint32_t hint_count;
};

void ms_address_map_fini(struct ms_address_map *map);

/* Whether KEY is in the map; its value into *RET_VALUE. */
bool ms_address_map_find(const struct ms_address_map *map, uint64_t key, uint32_t *ret_value);

/* Puts VALUE at KEY, in place of what is there. */
void ms_address_map_put(struct ms_address_map *map, uint64_t key, uint32_t value);

/* Takes KEY out; false if it was not in. */
bool ms_address_map_remove(struct ms_address_map *map, uint64_t key);

/* The entry with the greatest key up to *KEY, or with the least from *KEY on: its key and
 * value into *KEY and *RET_VALUE. False when there is none. */
bool ms_address_map_floor(const struct ms_address_map *map, uint64_t *key, uint32_t *ret_value);
bool ms_address_map_ceil(const struct ms_address_map *map, uint64_t *key, uint32_t *ret_value);

/* Whether one look shows that KEY is in the map, and nothing else at less than REACH from it; its
 * value into *RET_VALUE. Most that are alone are seen to be. */
bool ms_address_map_alone(const struct ms_address_map *map, uint64_t key, uint64_t reach, uint32_t *ret_value);

#endif
