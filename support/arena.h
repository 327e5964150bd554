/* arena.h - many small pieces of memory that are released together.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_SUPPORT_ARENA_H
#define MEMSCOPE_SUPPORT_ARENA_H

#include <stddef.h>

#include "support/xalloc.h"

/* Zero-initialised is empty. */
struct ms_arena {
  struct ms_arena_block *blocks;
  char *next, *end;
};

/* SIZE bytes, 16-byte aligned, not zeroed; they live until ms_arena_fini. */
MS_XALLOC void *ms_arena_alloc(struct ms_arena *arena, size_t size);

/* A NUL-terminated copy of LEN bytes at TEXT. */
MS_XALLOC char *ms_arena_strndup(struct ms_arena *arena, const char *text, size_t len);

void ms_arena_fini(struct ms_arena *arena);

#endif
