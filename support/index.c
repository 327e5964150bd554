/* index.c - see index.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Open addressing with linear probing, at most 3/4 full; nothing is ever removed. An entry
 * keeps its whole hash, so the caller compares hardly ever in vain.
 */
#include "support/index.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "support/xalloc.h"

struct ms_index_entry {
  uint64_t hash;
  uint32_t value; /* + 1; 0 = free */
};

static uint64_t hash_key(void) {
  static uint64_t key;
  if (!key) {
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
      random = (uintptr_t)&key;
    key = random | 1;
  }
  return key;
}

static uint64_t mix(uint64_t a, uint64_t b) {
  __uint128_t product = (__uint128_t)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t ms_hash_u64(uint64_t value) {
  return mix(mix(value ^ hash_key(), 0x9e3779b97f4a7c15u), hash_key() ^ 0xe7037ed1a0b428dbu);
}

uint64_t ms_hash_bytes(const void *data, size_t len) {
  const unsigned char *p = data;
  uint64_t h = hash_key() ^ len;
  for (; len >= 8; p += 8, len -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    h = mix(h ^ word, 0x9e3779b97f4a7c15u ^ (h >> 29));
  }
  uint64_t word = 0;
  memcpy(&word, p, len);
  return ms_hash_u64(h ^ word ^ 0xa0761d6478bd642fu);
}

struct ms_index_cursor ms_index_start(const struct ms_index *index, uint64_t hash) {
  return (struct ms_index_cursor){hash, index->capacity ? hash & (index->capacity - 1) : 0};
}

bool ms_index_next(const struct ms_index *index, struct ms_index_cursor *cursor, uint32_t *ret_value) {
  if (!index->capacity)
    return false;
  for (;;) {
    const struct ms_index_entry *e = &index->entries[cursor->at];
    if (!e->value)
      return false;
    cursor->at = (cursor->at + 1) & (index->capacity - 1);
    if (e->hash == cursor->hash) {
      *ret_value = e->value - 1;
      return true;
    }
  }
}

static void insert(struct ms_index *index, struct ms_index_entry entry) {
  size_t at = entry.hash & (index->capacity - 1);
  while (index->entries[at].value)
    at = (at + 1) & (index->capacity - 1);
  index->entries[at] = entry;
}

void ms_index_add(struct ms_index *index, uint64_t hash, uint32_t value) {
  if (index->count >= index->capacity / 4 * 3) {
    struct ms_index bigger = {NULL, index->count, index->capacity ? index->capacity * 2 : 64};
    bigger.entries = ms_xcalloc(bigger.capacity, sizeof *bigger.entries);
    for (size_t i = 0; i < index->capacity; i++)
      if (index->entries[i].value)
        insert(&bigger, index->entries[i]);
    free(index->entries);
    *index = bigger;
  }
  insert(index, (struct ms_index_entry){hash, value + 1});
  index->count++;
}

void ms_index_fini(struct ms_index *index) {
  free(index->entries);
  *index = (struct ms_index){NULL, 0, 0};
}
