/* intern.c - see intern.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "support/intern.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

const char *ms_intern(struct ms_intern *intern, const char *text, size_t len) {
  len = strnlen(text, len);
  if (len == 0)
    return "";
  uint64_t hash = ms_hash_bytes(text, len);
  struct ms_index_cursor cursor = ms_index_start(&intern->index, hash);
  for (uint32_t i; ms_index_next(&intern->index, &cursor, &i);)
    if (strncmp(intern->strings[i], text, len) == 0 && intern->strings[i][len] == '\0')
      return intern->strings[i];
  MS_GROW(intern->strings, intern->count, intern->capacity);
  const char *copy = ms_arena_strndup(&intern->arena, text, len);
  ms_index_add(&intern->index, hash, intern->count);
  intern->strings[intern->count++] = copy;
  return copy;
}

void ms_intern_fini(struct ms_intern *intern) {
  ms_arena_fini(&intern->arena);
  ms_index_fini(&intern->index);
  free(intern->strings);
  memset(intern, 0, sizeof *intern);
}
