/* units.c - see units.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/units.h"

#include <stdio.h>
#include <string.h>

/* VALUE with three digits and UNIT: 1.23, 12.3, 123, 1,023 (which rounds up to no 1,000 of
 * the next unit for powers of 1024). */
static struct ms_number scaled(double value, const char *unit) {
  struct ms_number n;
  snprintf(n.text, sizeof n.text, "%.*f %s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, unit);
  return n;
}

static struct ms_number grouped(uint64_t value, const char *unit) {
  struct ms_number n;
  char digits[24];
  int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
  size_t at = 0;
  for (int i = 0; i < len; i++) {
    if (i && (len - i) % 3 == 0)
      n.text[at++] = ',';
    n.text[at++] = digits[i];
  }
  snprintf(n.text + at, sizeof n.text - at, "%s", unit);
  return n;
}

struct ms_number ms_bytes(uint64_t bytes) {
  static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 10000)
    return grouped(bytes, " B");
  double value = (double)bytes / 1024;
  unsigned unit = 0;
  while (value >= 1023.5 && unit + 1 < sizeof units / sizeof *units) {
    value /= 1024;
    unit++;
  }
  return scaled(value, units[unit]);
}

struct ms_number ms_count(uint64_t count) {
  static const char *const units[] = {"M", "G", "T", "P", "E"};
  if (count < 1000000)
    return grouped(count, "");
  double value = (double)count / 1e6;
  unsigned unit = 0;
  while (value >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
    value /= 1000;
    unit++;
  }
  return scaled(value, units[unit]);
}

struct ms_number ms_seconds(double s) {
  struct ms_number n;
  if (s < 0)
    snprintf(n.text, sizeof n.text, "?");
  else if (s < 0.0009995)
    return scaled(s * 1e6, "us");
  else if (s < 0.9995)
    return scaled(s * 1e3, "ms");
  else if (s < 119.5)
    return scaled(s, "s");
  else if (s < 7200)
    snprintf(n.text, sizeof n.text, "%u min %u s", (unsigned)(s / 60), (unsigned)s % 60);
  else
    snprintf(n.text, sizeof n.text, "%.0f h %u min", (double)(uint64_t)(s / 3600), (unsigned)(s / 60 - 60 * (double)(uint64_t)(s / 3600)));
  return n;
}

struct ms_number ms_share(uint64_t part, uint64_t whole) {
  struct ms_number n = {""};
  if (!whole || part > whole) /* sums of absurd sizes in a hostile trace wrap */
    return n;
  double percent = 100.0 * (double)part / (double)whole;
  if (part && percent < 1)
    snprintf(n.text, sizeof n.text, "<1%%");
  else
    snprintf(n.text, sizeof n.text, "%.0f%%", percent);
  return n;
}
