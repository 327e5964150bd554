/* strings.h - ids of the strings that a lane's events refer to.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_STRINGS_H
#define MEMSCOPE_RUNTIME_STRINGS_H

#include <stdint.h>

#define MSRT_STRINGS_KNOWN 64u /* a power of two */

struct msrt_lane;

/* The last strings, by hash. One that has been pushed out is written again under a new id. */
struct msrt_string_table {
  uint32_t last_id;
  struct {
    uint64_t hash;
    uint32_t id; /* 0 empty */
  } known[MSRT_STRINGS_KNOWN];
};

/* The id of TEXT in LANE, whose record has been written; 0: no space. */
uint32_t msrt_string_id(struct msrt_lane *lane, const char *text);

#endif
