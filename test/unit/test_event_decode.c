/* test_event_decode.c - event records: what is encoded is decoded, and takes few bytes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/trace/event_decode.h"
#include "test/unit/unit.h"

static const uint64_t values[] = {0,      1,          255,        256,          65535,          65536,
                                  0xffffff, 0x1000000, 0xffffffff, 0x100000000, 0xffffffffff,
                                  0x10000000000, 0xffffffffffff, 0x1000000000000, UINT64_MAX};
#define COUNT (sizeof values / sizeof values[0])

UNIT_TEST(all_combinations_of_lengths_come_back) {
  unsigned char bytes[MS_EVENT_MAX_LEN + MS_EVENT_SLACK];
  for (size_t i = 0; i < COUNT * COUNT * COUNT * COUNT; i++) {
    uint64_t f[4] = {values[i % COUNT], values[i / COUNT % COUNT], values[i / COUNT / COUNT % COUNT],
                     values[i / COUNT / COUNT / COUNT]};
    unsigned len = ms_event_encode(bytes, 11, f);
    struct ms_raw_event event;
    if (ms_event_decode(bytes, &event) != bytes + len || MS_EVENT_KIND(event.header) != 11 || event.a != f[0] ||
        event.b != f[1] || event.c != f[2] || event.d != f[3]) {
      UNIT_CHECK_EQ(i, SIZE_MAX); /* prints which one */
      return;
    }
  }
}

UNIT_TEST(a_field_takes_as_few_bytes_as_the_format_has) {
  static const struct {
    uint64_t value;
    unsigned bytes;
  } cases[] = {{0, 0},          {1, 1},           {0xff, 1},          {0x100, 2},          {0xffff, 2},
               {0x10000, 3},    {0x1000000, 4},   {0x100000000, 5},   {0x10000000000, 6},  {0xffffffffffff, 6},
               {0x1000000000000, 8}, {UINT64_MAX, 8}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    UNIT_CHECK_EQ(MS_EVENT_LEN(ms_len_code(cases[i].value)), cases[i].bytes);
}

UNIT_TEST(an_address_survives_its_delta) {
  static const uint64_t addresses[] = {0, 8, 16, 7, 0x7fffffffffff, 0x555555554010, UINT64_MAX, UINT64_C(1) << 63};
  for (size_t i = 0; i < 8; i++)
    for (size_t j = 0; j < 8; j++) {
      uint64_t previous = ms_ror3(addresses[i]);
      uint64_t field = ms_addr_encode(ms_ror3(addresses[j]), previous);
      UNIT_CHECK_EQ(ms_rol3(ms_addr_decode(field, previous)), addresses[j]);
    }
}

UNIT_TEST(neighbours_16_bytes_apart_take_one_byte) {
  UNIT_CHECK_EQ(ms_addr_encode(ms_ror3(0x1010), ms_ror3(0x1000)), 4);
  UNIT_CHECK_EQ(ms_addr_encode(ms_ror3(0x1000), ms_ror3(0x1010)), 3);
}

UNIT_TEST(a_value_survives_beside_its_address) {
  static const uint64_t pointers[] = {0, 1, 7, 8, 0x500000000010, 0x7ffffffde018, 0x555555554010, UINT64_MAX};
  for (size_t i = 0; i < 8; i++)
    for (size_t j = 0; j < 8; j++) {
      uint64_t address = ms_ror3(pointers[i]);
      UNIT_CHECK_EQ(ms_value_decode(ms_value_encode(pointers[j], address), address), pointers[j]);
    }
  UNIT_CHECK_EQ(ms_value_encode(0, ms_ror3(0x500000000010)), 0);
  UNIT_CHECK_EQ(ms_value_encode(0x500000000010, ms_ror3(0x500000000010)), 1);
}
