/* test_crc32c.c - the checksum of the trace format.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "support/crc32c.h"
#include "test/unit/unit.h"

UNIT_TEST(check_value_of_the_format) {
  UNIT_CHECK_EQ(ms_crc32c(0, "123456789", 9), 0xE3069283);
  UNIT_CHECK_EQ(ms_crc32c_portable(0, "123456789", 9), 0xE3069283);
  UNIT_CHECK_EQ(ms_crc32c(0, "", 0), 0);
}

UNIT_TEST(vectors_of_rfc_3720) {
  unsigned char bytes[32];
  memset(bytes, 0, sizeof bytes);
  UNIT_CHECK_EQ(ms_crc32c(0, bytes, 32), 0x8A9136AA);
  memset(bytes, 0xff, sizeof bytes);
  UNIT_CHECK_EQ(ms_crc32c(0, bytes, 32), 0x62A8AB43);
  for (unsigned i = 0; i < 32; i++)
    bytes[i] = (unsigned char)i;
  UNIT_CHECK_EQ(ms_crc32c(0, bytes, 32), 0x46DD794E);
}

UNIT_TEST(both_forms_agree_at_every_length_and_alignment) {
  unsigned char bytes[128];
  for (unsigned i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 37 + 11);
  for (unsigned begin = 0; begin < 9; begin++)
    for (unsigned len = 0; len + begin <= sizeof bytes; len++)
      UNIT_CHECK_EQ(ms_crc32c(0, bytes + begin, len), ms_crc32c_portable(0, bytes + begin, len));
}

UNIT_TEST(continues_where_it_stopped) {
  const char text[] = "a checksum may be computed in pieces";
  uint32_t whole = ms_crc32c(0, text, sizeof text);
  for (unsigned cut = 0; cut <= sizeof text; cut++) {
    UNIT_CHECK_EQ(ms_crc32c(ms_crc32c(0, text, cut), text + cut, sizeof text - cut), whole);
    UNIT_CHECK_EQ(ms_crc32c_portable(ms_crc32c_portable(0, text, cut), text + cut, sizeof text - cut), whole);
  }
}
