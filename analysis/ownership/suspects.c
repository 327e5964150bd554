/* suspects.c - see suspects.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/ownership/suspects.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

void ms_suspects_add(struct ms_suspects *s, const struct ms_suspect *suspect) {
  uint64_t parts[5] = {suspect->what, suspect->subject, (uintptr_t)suspect->function, (uintptr_t)suspect->file,
                       suspect->line};
  uint64_t hash = ms_hash_bytes(parts, sizeof parts);
  struct ms_index_cursor c = ms_index_start(&s->index, hash);
  for (uint32_t i; ms_index_next(&s->index, &c, &i);) {
    struct ms_suspect *o = &s->at[i];
    if (o->what == suspect->what && o->subject == suspect->subject && o->function == suspect->function &&
        o->file == suspect->file && o->line == suspect->line) {
      o->count++;
      return;
    }
  }
  ms_index_add(&s->index, hash, s->count);
  MS_GROW(s->at, s->count, s->capacity);
  s->at[s->count] = *suspect;
  s->at[s->count++].count = 1;
}

void ms_suspects_fini(struct ms_suspects *s) {
  free(s->at);
  ms_index_fini(&s->index);
  memset(s, 0, sizeof *s);
}
