/* context.h - give each distinct (function, sites, stack) of a lane an id.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first use of a context writes its CONTEXT record (and the MODULE and SITE records it
 * mentions) before the id is returned, so an event never refers to what is not in the file.
 * Lanes share nothing: no lock, at the price of a record per lane.
 */
#ifndef MEMSCOPE_RUNTIME_CONTEXT_H
#define MEMSCOPE_RUNTIME_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#define MSRT_CONTEXT_CUT 1u
#define MSRT_CONTEXT_INCOMPLETE 2u

struct ms_site;
struct msrt_frame;
struct msrt_lane;
struct msrt_context;

struct msrt_context_table {
  struct msrt_context **slots; /* open addressing, NULL free */
  uint32_t capacity;           /* power of two, 0 before the first */
  uint32_t count;
  uint32_t last_id;
  uint8_t *block; /* where the next context is put */
  uint32_t block_used;
  uint32_t block_size;
};

/* The id of a context in LANE; 0 if there is no memory or no space in the file. */
uint32_t msrt_context_intern(struct msrt_lane *lane, unsigned fn, const struct ms_site *site,
                             const struct ms_site *at, const struct msrt_frame *frames,
                             unsigned count, unsigned flags);

/* Forget all contexts (after a dlclose an address means another function). Ids go on. */
void msrt_context_flush(struct msrt_context_table *table);

#endif
