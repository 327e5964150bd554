/* trace_ids.c - what a lane calls its contexts and strings, turned into ids of the trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Ids are handed out in sequence by the runtime, so a table by local id serves nearly all
 * look-ups; a hostile id must not make that table large, so the sorted pairs stay.
 */
#include <stdlib.h>

#include "analysis/trace/trace_parts.h"
#include "support/grow.h"

struct ms_id_pair {
  uint32_t local, id;
};

void ms_id_map_add(struct ms_id_map *map, uint32_t local, uint32_t id) {
  MS_GROW(map->pairs, map->count, map->capacity);
  map->pairs[map->count++] = (struct ms_id_pair){local, id};
}

static int compare_pairs(const void *a, const void *b) {
  const struct ms_id_pair *x = a, *y = b;
  return x->local < y->local ? -1 : x->local > y->local;
}

/* Leaves of equal local ids the first. */
static void drop_repeated(struct ms_id_map *map) {
  struct ms_index seen = {NULL, 0, 0};
  uint32_t kept = 0;
  for (uint32_t i = 0; i < map->count; i++) {
    uint64_t hash = ms_hash_u64(map->pairs[i].local);
    struct ms_index_cursor ic = ms_index_start(&seen, hash);
    uint32_t j;
    bool is_known = false;
    while (!is_known && ms_index_next(&seen, &ic, &j))
      is_known = map->pairs[j].local == map->pairs[i].local;
    if (is_known)
      continue;
    ms_index_add(&seen, hash, kept);
    map->pairs[kept++] = map->pairs[i];
  }
  ms_index_fini(&seen);
  map->count = kept;
}

void ms_id_map_finish(struct ms_id_map *map) {
  if (!map->count)
    return;
  bool is_sorted = true;
  for (uint32_t i = 1; i < map->count && is_sorted; i++)
    is_sorted = map->pairs[i - 1].local < map->pairs[i].local;
  if (!is_sorted) {
    drop_repeated(map);
    qsort(map->pairs, map->count, sizeof *map->pairs, compare_pairs);
  }
  uint64_t limit = (uint64_t)map->count * 8 + 4096;
  uint64_t most = (uint64_t)map->pairs[map->count - 1].local + 1;
  map->dense_count = (uint32_t)(most < limit ? most : limit < UINT32_MAX ? limit : UINT32_MAX);
  map->dense = ms_xcalloc(map->dense_count, sizeof *map->dense);
  for (uint32_t i = 0; i < map->count && map->pairs[i].local < map->dense_count; i++)
    map->dense[map->pairs[i].local] = map->pairs[i].id;
}

uint32_t ms_id_map_find(const struct ms_id_map *map, uint64_t local) {
  if (local < map->dense_count)
    return map->dense[local];
  uint32_t low = 0, high = map->count;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (map->pairs[mid].local < local)
      low = mid + 1;
    else
      high = mid;
  }
  return low < map->count && map->pairs[low].local == local ? map->pairs[low].id : 0;
}

void ms_id_map_fini(struct ms_id_map *map) {
  free(map->pairs);
  free(map->dense);
}
