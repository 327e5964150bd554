/* test_intern.c - interned strings, the hash index and the arena below them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "support/intern.h"
#include "test/unit/unit.h"

UNIT_TEST(equal_strings_have_one_address) {
  struct ms_intern intern = {0};
  char other[] = "it->name";
  const char *first = ms_intern(&intern, "it->name", SIZE_MAX);
  UNIT_CHECK(first == ms_intern(&intern, other, 8));
  UNIT_CHECK(first != ms_intern(&intern, "it->nam", SIZE_MAX));
  UNIT_CHECK(first != ms_intern(&intern, "it->name2", SIZE_MAX));
  UNIT_CHECK_STR(first, "it->name");
  ms_intern_fini(&intern);
}

UNIT_TEST(a_string_ends_at_its_length_or_its_nul) {
  struct ms_intern intern = {0};
  UNIT_CHECK_STR(ms_intern(&intern, "abcdef", 3), "abc");
  UNIT_CHECK_STR(ms_intern(&intern, "ab\0def", 6), "ab");
  UNIT_CHECK_STR(ms_intern(&intern, "\0x", 2), "");
  UNIT_CHECK(ms_intern(&intern, "x", 0) == ms_intern(&intern, "", 0));
  ms_intern_fini(&intern);
}

UNIT_TEST(many_strings_stay_apart_and_in_place) {
  struct ms_intern intern = {0};
  static const char *seen[20000];
  char text[32];
  for (unsigned i = 0; i < 20000; i++) {
    int len = snprintf(text, sizeof text, "string %u", i);
    seen[i] = ms_intern(&intern, text, (size_t)len);
  }
  UNIT_CHECK_EQ(intern.count, 20000);
  for (unsigned i = 0; i < 20000; i++) {
    snprintf(text, sizeof text, "string %u", i);
    if (ms_intern(&intern, text, SIZE_MAX) != seen[i] || strcmp(seen[i], text) != 0)
      UNIT_CHECK_STR(seen[i], text);
  }
  ms_intern_fini(&intern);
}

UNIT_TEST(an_index_keeps_several_values_of_one_hash) {
  struct ms_index index = {NULL, 0, 0};
  for (uint32_t i = 0; i < 100; i++)
    ms_index_add(&index, 42, i);
  struct ms_index_cursor cursor = ms_index_start(&index, 42);
  uint32_t value, count = 0, sum = 0;
  for (; ms_index_next(&index, &cursor, &value); count++)
    sum += value;
  UNIT_CHECK_EQ(count, 100);
  UNIT_CHECK_EQ(sum, 4950);
  cursor = ms_index_start(&index, 43);
  UNIT_CHECK(!ms_index_next(&index, &cursor, &value));
  ms_index_fini(&index);
}

UNIT_TEST(arena_pieces_are_aligned_and_do_not_overlap) {
  struct ms_arena arena = {NULL, NULL, NULL};
  unsigned char *pieces[64];
  for (unsigned i = 0; i < 64; i++) {
    size_t size = i == 40 ? 100000 : i * 97;
    pieces[i] = ms_arena_alloc(&arena, size);
    UNIT_CHECK_EQ((uintptr_t)pieces[i] % 16, 0);
    memset(pieces[i], (int)i, size);
    UNIT_CHECK_STR(ms_arena_strndup(&arena, "odd", 3), "odd");
  }
  for (unsigned i = 1; i < 64; i++)
    if (i != 40)
      UNIT_CHECK_EQ(pieces[i][i * 97 - 1], i);
  ms_arena_fini(&arena);
}
