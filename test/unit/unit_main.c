/* unit_main.c - runs the tests that unit.h registered.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "test/unit/unit.h"

extern const struct unit_test *const __start_ms_unit_tests[];
extern const struct unit_test *const __stop_ms_unit_tests[];

static unsigned failures;

void unit_check(bool is_good, const char *file, int line, const char *expression) {
  if (is_good)
    return;
  failures++;
  printf("%s:%d: not true: %s\n", file, line, expression);
}

void unit_check_eq(uint64_t got, uint64_t expected, const char *file, int line, const char *expression) {
  if (got == expected)
    return;
  failures++;
  printf("%s:%d: %s: got %" PRIu64 " (0x%" PRIx64 "), expected %" PRIu64 " (0x%" PRIx64 ")\n", file, line,
         expression, got, got, expected, expected);
}

void unit_check_str(const char *got, const char *expected, const char *file, int line, const char *expression) {
  if (strcmp(got, expected) == 0)
    return;
  failures++;
  printf("%s:%d: %s: got '%s', expected '%s'\n", file, line, expression, got, expected);
}

int main(void) {
  unsigned count = 0;
  for (const struct unit_test *const *test = __start_ms_unit_tests; test < __stop_ms_unit_tests; test++) {
    unsigned before = failures;
    (*test)->run();
    count++;
    if (failures != before)
      printf("FAILED %s\n", (*test)->name);
  }
  printf("%u tests, %u failed checks\n", count, failures);
  return failures || !count;
}
