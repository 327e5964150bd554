/* index.h - from a hash to the numbers of the things that have it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The things themselves stay in an array of the caller's, who compares:
 *
 *   struct ms_index_cursor c = ms_index_start(&index, hash);
 *   for (uint32_t i; ms_index_next(&index, &c, &i);)
 *     if (items[i].key == key)
 *       return i;
 *   ms_index_add(&index, hash, count); items[count++] = ...
 *
 * Hashes come from ms_hash_*, which are keyed with a random number of this process: a
 * hostile file cannot choose colliding keys.
 */
#ifndef MEMSCOPE_SUPPORT_INDEX_H
#define MEMSCOPE_SUPPORT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ms_index_entry;

/* Zero-initialised is empty. */
struct ms_index {
  struct ms_index_entry *entries;
  size_t count, capacity; /* capacity: 0 or a power of two */
};

struct ms_index_cursor {
  uint64_t hash;
  size_t at;
};

uint64_t ms_hash_bytes(const void *data, size_t len);
uint64_t ms_hash_u64(uint64_t value);

struct ms_index_cursor ms_index_start(const struct ms_index *index, uint64_t hash);
bool ms_index_next(const struct ms_index *index, struct ms_index_cursor *cursor, uint32_t *ret_value);
void ms_index_add(struct ms_index *index, uint64_t hash, uint32_t value);
void ms_index_fini(struct ms_index *index);

#endif
