/* symbols.c - see symbols.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A frame is a return address, so the call is looked for one byte before it. Modules are
 * opened when the first of their frames is asked for; one that cannot be used is asked once.
 */
#include "analysis/trace/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/trace/elf_symbols.h"
#include "analysis/trace/trace_parts.h"
#include "support/grow.h"

struct module_state {
  struct ms_elf_symbols *elf;
  const char *problem;
  bool is_opened;
};

struct answer {
  uint64_t frame; /* raw */
  const struct ms_symbol *symbols;
  uint32_t count;
};

struct ms_symbols {
  struct ms_trace *trace;
  struct module_state *modules;
  struct answer *answers;
  uint32_t answer_count, answer_capacity;
  struct ms_index answer_index;
  struct ms_intern strings;
  struct ms_arena arena;
  struct ms_symbol *found; /* of the look-up under way */
  uint32_t found_count, found_capacity;
};

struct ms_symbols *ms_symbols_new(struct ms_trace *trace) {
  struct ms_symbols *s = ms_xcalloc(1, sizeof *s);
  s->trace = trace;
  s->modules = ms_xcalloc((size_t)trace->tables.module_count + 1, sizeof *s->modules);
  return s;
}

void ms_symbols_free(struct ms_symbols *s) {
  if (!s)
    return;
  for (uint32_t i = 1; i <= s->trace->tables.module_count; i++)
    ms_elf_symbols_close(s->modules[i].elf);
  free(s->modules);
  free(s->answers);
  ms_index_fini(&s->answer_index);
  ms_intern_fini(&s->strings);
  ms_arena_fini(&s->arena);
  free(s->found);
  free(s);
}

static void add_found(void *context, const char *function, const char *file, uint32_t line) {
  struct ms_symbols *s = context;
  MS_GROW(s->found, s->found_count, s->found_capacity);
  s->found[s->found_count++] = (struct ms_symbol){ms_intern(&s->strings, function, SIZE_MAX),
                                                  ms_intern(&s->strings, file, SIZE_MAX), line};
}

const struct ms_trace_symbol *ms_tables_symbol(const struct ms_tables *t, uint64_t frame, uint16_t level) {
  struct ms_index_cursor ic = ms_index_start(&t->symbol_index, ms_symbol_hash(frame, level));
  for (uint32_t i; ms_index_next(&t->symbol_index, &ic, &i);)
    if (t->symbols[i].frame == frame && t->symbols[i].level == level)
      return &t->symbols[i];
  return NULL;
}

static struct module_state *open_module(struct ms_symbols *s, ms_module_id id) {
  struct module_state *state = &s->modules[id];
  const struct ms_trace_module *m = ms_trace_module(s->trace, id);
  if (state->is_opened)
    return state;
  state->is_opened = true;
  if (m->path[0] != '/')
    state->problem = "not a file";
  else
    state->elf = ms_elf_symbols_open(m->path, m->build_id, m->build_id_len, &state->problem);
  return state;
}

static void look_up(struct ms_symbols *s, const struct ms_trace_frame *frame, uint64_t raw) {
  const struct ms_trace_symbol *record;
  s->found_count = 0;
  for (uint16_t level = 0; (record = ms_tables_symbol(&s->trace->tables, raw, level)); level++) {
    MS_GROW(s->found, s->found_count, s->found_capacity);
    s->found[s->found_count++] = (struct ms_symbol){record->function, record->file, record->line};
    if (level == UINT16_MAX)
      break;
  }
  if (s->found_count == 0 && frame->module) {
    const struct module_state *state = open_module(s, frame->module);
    const struct ms_trace_module *m = ms_trace_module(s->trace, frame->module);
    if (state->elf)
      ms_elf_symbols_find(state->elf, m->start + frame->offset - m->bias - 1, add_found, s);
  }
  if (s->found_count == 0)
    add_found(s, "", "", 0);
}

const struct ms_symbol *ms_symbols_lookup(struct ms_symbols *s, const struct ms_trace_frame *frame,
                                          size_t *ret_count) {
  uint64_t raw = ms_frame_raw(&s->trace->tables, frame), hash = ms_hash_u64(raw);
  struct ms_index_cursor ic = ms_index_start(&s->answer_index, hash);
  for (uint32_t i; ms_index_next(&s->answer_index, &ic, &i);)
    if (s->answers[i].frame == raw) {
      *ret_count = s->answers[i].count;
      return s->answers[i].symbols;
    }
  look_up(s, frame, raw);
  struct ms_symbol *copy = ms_arena_alloc(&s->arena, s->found_count * sizeof *copy);
  memcpy(copy, s->found, s->found_count * sizeof *copy);
  MS_GROW(s->answers, s->answer_count, s->answer_capacity);
  ms_index_add(&s->answer_index, hash, s->answer_count);
  s->answers[s->answer_count++] = (struct answer){raw, copy, s->found_count};
  *ret_count = s->found_count;
  return copy;
}

const char *ms_symbols_problem(struct ms_symbols *s, ms_module_id module) {
  if (module == 0 || module > s->trace->tables.module_count)
    return NULL;
  return open_module(s, module)->problem;
}
