/* confidence.c - see confidence.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The bound of n observations that agree is n / (n + 3.84): 0.21 for one, 0.51 for four, 0.72 for
 * ten. It is what the counts alone warrant; that most conclusions are right much more often is
 * measured, not computed.
 */
#include "analysis/ownership/confidence.h"

#define Z 1.959964 /* of the 97.5th percentile of the normal distribution */
#define HIGH 0.33   /* two units that agree; utils/contracts measures what it is worth */
#define MEDIUM 0.2 /* one */

static double square_root(double x) {
  double r = x > 1 ? x : 1;
  for (int i = 0; i < 60; i++)
    r = (r + x / r) / 2;
  return r;
}

double ms_wilson_lower(double for_, double against) {
  double n = for_ + against;
  if (n <= 0)
    return 0;
  double p = for_ / n, zz = Z * Z;
  double centre = p + zz / (2 * n), spread = Z * square_root(p * (1 - p) / n + zz / (4 * n * n));
  double bound = (centre - spread) / (1 + zz / n);
  return bound > 0 ? bound : 0;
}

double ms_unit_weight(uint64_t blocks) {
  double bits = 0;
  for (; blocks > 1; blocks >>= 1)
    bits++;
  return bits < 4 ? 1 + bits / 4 : MS_UNIT_WEIGHT_MAX;
}

enum ms_confidence ms_confidence_of(double bound) {
  return bound >= HIGH ? MS_CONFIDENCE_HIGH : bound >= MEDIUM ? MS_CONFIDENCE_MEDIUM : MS_CONFIDENCE_LOW;
}

const char *ms_confidence_name(enum ms_confidence label) {
  static const char *const names[] = {"low", "medium", "high"};
  return names[label];
}
