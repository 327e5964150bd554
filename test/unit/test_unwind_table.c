/* test_unwind_table.c - functions by .eh_frame_hdr, from good and from bad tables.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stddef.h>
#include <string.h>

#include "runtime/unwind_table.h"
#include "test/unit/unit.h"

/* An "object" of 64 KiB with two functions of 32 bytes: at 0x1000 and at 0x2000. */
static struct {
  struct {
    uint8_t version, frame_encoding, count_encoding, table_encoding;
    int32_t frame;
    uint32_t count;
    int32_t rows[2][2];
  } table;
  struct {
    uint32_t length, cie;
    int32_t begin;
    uint32_t size;
  } fde[2];
  char rest[65536];
} object;

static uintptr_t base(void) { return (uintptr_t)&object; }

static uintptr_t find_by(uintptr_t table_bytes, uintptr_t bytes, uintptr_t offset) {
  return msrt_unwind_function(base(), base() + table_bytes, base(), base() + bytes, base() + offset);
}

static uintptr_t find(uintptr_t offset) {
  uintptr_t found = find_by(sizeof object.table, sizeof object, offset);
  return found ? found - base() : 0;
}

static void fill(void) {
  memset(&object, 0, sizeof object);
  object.table.version = 1;
  object.table.frame_encoding = 0x1b;
  object.table.count_encoding = 0x03;
  object.table.table_encoding = 0x3b;
  object.table.count = 2;
  for (unsigned i = 0; i < 2; i++) {
    int32_t begin = (int32_t)(0x1000 * (i + 1));
    size_t at = offsetof(__typeof__(object), fde) + i * sizeof object.fde[0];
    object.table.rows[i][0] = begin;
    object.table.rows[i][1] = (int32_t)at;
    object.fde[i].length = 12;
    object.fde[i].begin = begin - (int32_t)(at + 8);
    object.fde[i].size = 32;
  }
}

UNIT_TEST(an_address_is_in_the_function_that_covers_it) {
  fill();
  UNIT_CHECK_EQ(find(0xfff), 0);
  UNIT_CHECK_EQ(find(0x1000), 0x1000);
  UNIT_CHECK_EQ(find(0x101f), 0x1000);
  UNIT_CHECK_EQ(find(0x1020), 0);
  UNIT_CHECK_EQ(find(0x2000), 0x2000);
  UNIT_CHECK_EQ(find(0x201f), 0x2000);
  UNIT_CHECK_EQ(find(0x9000), 0);
}

UNIT_TEST(a_table_of_another_form_says_nothing) {
  fill();
  object.table.version = 2;
  UNIT_CHECK_EQ(find(0x1000), 0);
  fill();
  object.table.table_encoding = 0x0b;
  UNIT_CHECK_EQ(find(0x1000), 0);
  fill();
  object.table.count_encoding = 0xff;
  UNIT_CHECK_EQ(find(0x1000), 0);
  fill();
  object.fde[0].begin += 4; /* as an absolute address would look */
  UNIT_CHECK_EQ(find(0x1000), 0);
  UNIT_CHECK_EQ(find(0x2000), 0x2000);
}

UNIT_TEST(nothing_is_read_outside) {
  fill();
  object.table.count = 0;
  UNIT_CHECK_EQ(find(0x1000), 0);
  object.table.count = 3; /* more rows than the section has */
  UNIT_CHECK_EQ(find(0x1000), 0);
  object.table.count = UINT32_MAX;
  UNIT_CHECK_EQ(find(0x1000), 0);
  fill();
  UNIT_CHECK_EQ(find_by(4, sizeof object, 0x1000), 0);
  UNIT_CHECK_EQ(find_by(sizeof object.table, sizeof object.table, 0x1000), 0); /* no FDE inside */
  object.table.rows[0][1] = INT32_MAX;
  UNIT_CHECK_EQ(find(0x1000), 0);
  object.table.rows[0][1] = INT32_MIN;
  UNIT_CHECK_EQ(find(0x1000), 0);
}
