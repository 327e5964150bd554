/* test_address_map.c - the ordered map against a sorted array.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/model/address_map.h"
#include "test/unit/unit.h"

enum { KEYS = 5000 };

/* The naive map: has[k] tells whether key k * SCALE is in, values[k] its value. */
static bool has[KEYS];
static uint32_t values[KEYS];

static bool naive_floor(uint64_t key, uint64_t scale, uint64_t *ret_key) {
  for (uint64_t k = key / scale >= KEYS ? KEYS : key / scale + 1; k-- > 0;)
    if (has[k]) {
      *ret_key = k * scale;
      return true;
    }
  return false;
}

static bool naive_ceil(uint64_t key, uint64_t scale, uint64_t *ret_key) {
  for (uint64_t k = (key + scale - 1) / scale; k < KEYS; k++)
    if (has[k]) {
      *ret_key = k * scale;
      return true;
    }
  return false;
}

static unsigned check_one(const struct ms_address_map *map, uint64_t key, uint64_t scale) {
  uint64_t got = key, expected = 0;
  uint32_t value = 0;
  unsigned wrong = 0;
  bool is_in = ms_address_map_find(map, key, &value);
  wrong += is_in != (key % scale == 0 && has[key / scale]) || (is_in && value != values[key / scale]);
  bool found = ms_address_map_floor(map, &got, &value);
  wrong += found != naive_floor(key, scale, &expected) || (found && (got != expected || value != values[got / scale]));
  got = key;
  found = ms_address_map_ceil(map, &got, &value);
  wrong += found != naive_ceil(key, scale, &expected) || (found && (got != expected || value != values[got / scale]));
  return wrong;
}

/* Phases that grow, shrink, and mix; runs of neighbouring keys and single ones. */
static void run(unsigned seed, uint64_t scale) {
  struct ms_address_map map = {NULL, 0, 0, 0, 0, 0, NULL, 0};
  size_t count = 0;
  unsigned wrong = 0;
  memset(has, 0, sizeof has);
  srand(seed);
  for (int phase = 0; phase < 12; phase++) {
    int puts = phase % 3 == 0 ? 90 : phase % 3 == 1 ? 10 : 50;
    for (int i = 0; i < 3000; i++) {
      unsigned start = (unsigned)rand() % KEYS, length = rand() % 8 ? 1 : (unsigned)rand() % 60;
      bool is_put = rand() % 100 < puts;
      for (unsigned k = start; k < start + length && k < KEYS; k++) {
        if (is_put) {
          values[k] = (uint32_t)rand();
          ms_address_map_put(&map, k * scale, values[k]);
        } else {
          wrong += ms_address_map_remove(&map, k * scale) != has[k];
        }
        count += (size_t)is_put - has[k];
        has[k] = is_put;
      }
      wrong += map.count != count;
      wrong += check_one(&map, (uint64_t)rand() % (KEYS * scale), scale);
    }
  }
  uint64_t key = 0;
  for (uint32_t value; ms_address_map_ceil(&map, &key, &value); key++, count--)
    wrong += !has[key / scale];
  UNIT_CHECK_EQ(wrong, 0);
  UNIT_CHECK_EQ(count, 0);
  ms_address_map_fini(&map);
}

UNIT_TEST(agrees_with_a_sorted_array) {
  run(1, 1);
  run(2, 8);
  run(3, UINT64_C(1) << 40);
}

UNIT_TEST(empties_and_fills_again) {
  struct ms_address_map map = {NULL, 0, 0, 0, 0, 0, NULL, 0};
  uint32_t value;
  uint64_t key = 0;
  for (int round = 0; round < 3; round++) {
    UNIT_CHECK(!ms_address_map_ceil(&map, &key, &value) && !ms_address_map_floor(&map, &key, &value));
    UNIT_CHECK(!ms_address_map_remove(&map, 5));
    for (uint64_t k = 0; k < 2000; k++)
      ms_address_map_put(&map, UINT64_MAX - k, (uint32_t)k);
    UNIT_CHECK(ms_address_map_find(&map, UINT64_MAX - 1999, &value) && value == 1999);
    unsigned removed = 0;
    for (uint64_t k = 0; k < 2000; k++)
      removed += ms_address_map_remove(&map, UINT64_MAX - (k * 7) % 2000);
    UNIT_CHECK_EQ(removed, 2000);
    UNIT_CHECK_EQ(map.count, 0);
  }
}
