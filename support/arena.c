/* arena.c - see arena.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Blocks of 64 KiB; a piece larger than a quarter of that gets a block of its own, so that
 * little of the current block is wasted. Strings are packed without alignment.
 */
#include "support/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)65536)

struct ms_arena_block {
  struct ms_arena_block *older;
  alignas(16) char bytes[];
};

static char *new_block(struct ms_arena *arena, size_t size) {
  struct ms_arena_block *block = ms_xmalloc(sizeof *block + size);
  block->older = arena->blocks;
  arena->blocks = block;
  return block->bytes;
}

static void *alloc_aligned(struct ms_arena *arena, size_t size, size_t align) {
  size_t pad = (size_t)(-(uintptr_t)arena->next & (align - 1));
  if (arena->next && size <= (size_t)(arena->end - arena->next) &&
      pad <= (size_t)(arena->end - arena->next) - size) {
    char *piece = arena->next + pad;
    arena->next = piece + size;
    return piece;
  }
  if (size > BLOCK_SIZE / 4)
    return new_block(arena, size);
  char *piece = new_block(arena, BLOCK_SIZE);
  arena->next = piece + size;
  arena->end = piece + BLOCK_SIZE;
  return piece;
}

void *ms_arena_alloc(struct ms_arena *arena, size_t size) { return alloc_aligned(arena, size, 16); }

char *ms_arena_strndup(struct ms_arena *arena, const char *text, size_t len) {
  char *copy = alloc_aligned(arena, len + 1, 1);
  memcpy(copy, text, len);
  copy[len] = '\0';
  return copy;
}

void ms_arena_fini(struct ms_arena *arena) {
  for (struct ms_arena_block *b = arena->blocks, *older; b; b = older) {
    older = b->older;
    free(b);
  }
  *arena = (struct ms_arena){NULL, NULL, NULL};
}
