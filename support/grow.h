/* grow.h - makes room in an array that grows.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The array is a pointer with a count and a capacity beside it (any integer type wide
 * enough); MS_GROW makes room for one more element, at amortised constant cost.
 */
#ifndef MEMSCOPE_SUPPORT_GROW_H
#define MEMSCOPE_SUPPORT_GROW_H

#include "support/xalloc.h"

#define MS_GROW(array, count, capacity)                                       \
  do {                                                                        \
    if ((count) >= (capacity)) {                                              \
      (capacity) = (capacity) ? (capacity) * 2 : 16;                          \
      (array) = ms_xrealloc((array), (size_t)(capacity), sizeof *(array));    \
    }                                                                         \
  } while (0)

#endif
