/* unit.h - unit tests that register themselves.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   UNIT_TEST(crc_of_nothing_is_zero) { UNIT_CHECK_EQ(ms_crc32c(0, "", 0), 0); }
 *
 * A check that fails prints its place and values and goes on; the program then ends with 1.
 */
#ifndef MEMSCOPE_TEST_UNIT_H
#define MEMSCOPE_TEST_UNIT_H

#include <stdbool.h>
#include <stdint.h>

struct unit_test {
  const char *name;
  void (*run)(void);
};

/* A section whose name is a C identifier, so that the linker makes __start_ and __stop_. The
 * records are pointers, which no sanitizer pads. */
#define UNIT_TEST(test_name)                                                              \
  static void test_name(void);                                                            \
  static const struct unit_test unit_##test_name = {#test_name, test_name};               \
  __attribute__((section("ms_unit_tests"), used))                                         \
  static const struct unit_test *const unit_entry_##test_name = &unit_##test_name;        \
  static void test_name(void)

void unit_check(bool is_good, const char *file, int line, const char *expression);
void unit_check_eq(uint64_t got, uint64_t expected, const char *file, int line, const char *expression);
void unit_check_str(const char *got, const char *expected, const char *file, int line, const char *expression);

#define UNIT_CHECK(condition) unit_check((condition), __FILE__, __LINE__, #condition)
#define UNIT_CHECK_EQ(got, expected) unit_check_eq((uint64_t)(got), (uint64_t)(expected), __FILE__, __LINE__, #got)
#define UNIT_CHECK_STR(got, expected) unit_check_str((got), (expected), __FILE__, __LINE__, #got)

#endif
