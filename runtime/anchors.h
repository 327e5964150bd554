/* anchors.h - stacks that need not be compared to their end.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * abi.h says what an anchor is, stack.h how it shortens the comparison.
 */
#ifndef MEMSCOPE_RUNTIME_ANCHORS_H
#define MEMSCOPE_RUNTIME_ANCHORS_H

#include <stdint.h>

struct msrt_stack_cache;
struct msrt_stack_entry;

/* CACHE is lane NUMBER's: what it puts into anchors is its own. */
void msrt_anchors_init(struct msrt_stack_cache *cache, uint32_t number);

/* Code may have been unloaded: what is known of it is forgotten. */
void msrt_anchors_forget(struct msrt_stack_cache *cache);

/* The calling thread begins to record; perhaps again, after a fork. */
void msrt_anchors_begin(void);

/* Find the anchors of ENTRY, whose frames are those of the present stack. */
void msrt_anchors_choose(struct msrt_stack_cache *cache, struct msrt_stack_entry *entry);

#endif
