/* trace_meta.c - reads every META chunk into the tables.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Records come in any order and may be repeated; the first one counts. Contexts are
 * trace_contexts.c's. A record whose length does not fit its chunk ends the chunk, one whose
 * content is wrong is left out alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/trace_contexts.h"
#include "analysis/trace/trace_parts.h"
#include "support/grow.h"

struct meta_reader {
  struct ms_trace *trace;
  struct ms_tables *tables;
  struct ms_context_reader *contexts;
};

/* A record's payload being read; sticks at its end, after which is_short is true. */
struct cursor {
  const unsigned char *at, *end;
  bool is_short;
};

static uint64_t take(struct cursor *c, unsigned len) {
  uint64_t value = 0;
  if ((size_t)(c->end - c->at) < len) {
    c->is_short = true;
    c->at = c->end;
    return 0;
  }
  memcpy(&value, c->at, len);
  c->at += len;
  return value;
}

/* A str: its bytes, not yet copied. */
static const char *take_str(struct cursor *c, size_t *ret_len) {
  size_t len = (size_t)take(c, 2);
  if ((size_t)(c->end - c->at) < len) {
    c->is_short = true;
    len = 0;
  }
  const char *text = (const char *)c->at;
  c->at += len;
  *ret_len = len;
  return text;
}

static const char *take_string(struct meta_reader *r, struct cursor *c) {
  size_t len;
  const char *text = take_str(c, &len);
  return ms_intern(&r->tables->strings, text, len);
}

static bool read_info(struct meta_reader *r, struct cursor *c) {
  struct ms_tables *t = r->tables;
  struct ms_trace_info_record info;
  info.key = take_string(r, c);
  info.value = take_string(r, c);
  if (c->is_short)
    return false;
  uint64_t hash = ms_hash_bytes(info.key, strlen(info.key));
  struct ms_index_cursor ic = ms_index_start(&t->info_index, hash);
  for (uint32_t i; ms_index_next(&t->info_index, &ic, &i);)
    if (t->infos[i].key == info.key)
      return true;
  ms_index_add(&t->info_index, hash, t->info_count);
  MS_GROW(t->infos, t->info_count, t->info_capacity);
  t->infos[t->info_count++] = info;
  return true;
}

static bool read_arg(struct meta_reader *r, struct cursor *c) {
  struct ms_tables *t = r->tables;
  const char *arg = take_string(r, c);
  if (c->is_short)
    return false;
  MS_GROW(t->args, t->arg_count, t->arg_capacity);
  t->args[t->arg_count++] = arg;
  return true;
}

static bool read_thread(struct meta_reader *r, struct cursor *c) {
  struct ms_tables *t = r->tables;
  struct ms_trace_thread thread;
  thread.number = (uint32_t)take(c, 4);
  thread.os_id = (uint32_t)take(c, 4);
  thread.name = take_string(r, c);
  if (c->is_short)
    return false;
  uint64_t hash = ms_hash_u64(thread.number);
  struct ms_index_cursor ic = ms_index_start(&t->thread_index, hash);
  for (uint32_t i; ms_index_next(&t->thread_index, &ic, &i);)
    if (t->threads[i].number == thread.number)
      return true;
  ms_index_add(&t->thread_index, hash, t->thread_count);
  MS_GROW(t->threads, t->thread_count, t->thread_capacity);
  t->threads[t->thread_count++] = thread;
  return true;
}

ms_module_id ms_tables_module(const struct ms_tables *t, uint32_t file_id) {
  struct ms_index_cursor ic = ms_index_start(&t->module_index, ms_hash_u64(file_id));
  for (uint32_t i; ms_index_next(&t->module_index, &ic, &i);)
    if (t->modules[i].file_id == file_id)
      return i;
  return 0;
}

static bool read_module(struct meta_reader *r, struct cursor *c) {
  struct ms_tables *t = r->tables;
  struct ms_trace_module m;
  m.file_id = (uint32_t)take(c, 4);
  take(c, 4);
  m.start = take(c, 8);
  m.end = take(c, 8);
  m.bias = take(c, 8);
  const char *build_id = take_str(c, &m.build_id_len);
  m.path = take_string(r, c);
  if (c->is_short || m.file_id == 0)
    return false;
  if (ms_tables_module(t, m.file_id))
    return true;
  unsigned char *copy = ms_arena_alloc(&t->arena, m.build_id_len);
  memcpy(copy, build_id, m.build_id_len);
  m.build_id = copy;
  MS_GROW(t->modules, t->module_count + 1, t->module_capacity);
  ms_index_add(&t->module_index, ms_hash_u64(m.file_id), ++t->module_count);
  t->modules[t->module_count] = m;
  return true;
}

ms_site_id ms_tables_site(const struct ms_tables *t, uint64_t key) {
  struct ms_index_cursor ic = ms_index_start(&t->site_index, ms_hash_u64(key));
  for (uint32_t i; ms_index_next(&t->site_index, &ic, &i);)
    if (t->sites[i].key == key)
      return i;
  return 0;
}

ms_site_id ms_tables_add_site(struct ms_tables *t, const struct ms_trace_site *site) {
  MS_GROW(t->sites, t->site_count + 1, t->site_capacity);
  ms_index_add(&t->site_index, ms_hash_u64(site->key), ++t->site_count);
  t->sites[t->site_count] = *site;
  return t->site_count;
}

static bool read_site(struct meta_reader *r, struct cursor *c) {
  struct ms_tables *t = r->tables;
  struct ms_trace_site s;
  memset(&s, 0, sizeof s);
  s.key = take(c, 8);
  s.line = (uint32_t)take(c, 4);
  s.column = (uint16_t)take(c, 2);
  s.kind = (uint8_t)take(c, 1);
  s.slot = (uint8_t)take(c, 1);
  s.flags = (uint32_t)take(c, 4);
  s.type_size = (uint32_t)take(c, 4);
  s.decl_line = (uint32_t)take(c, 4);
  s.offset = (uint32_t)take(c, 4);
  s.func = take_string(r, c);
  s.file = take_string(r, c);
  s.dir = take_string(r, c);
  s.path = take_string(r, c);
  s.type = take_string(r, c);
  s.callee = take_string(r, c);
  if (c->is_short || s.key == 0)
    return false;
  s.field = take_string(r, c);
  s.src = take_string(r, c);
  s.src_slot = (uint8_t)take(c, 1);
  s.index = (uint8_t)take(c, 1);
  if (c->is_short) { /* of version 1.0 */
    s.field = s.src = "";
    s.src_slot = s.index = 0;
  }
  if (!ms_tables_site(t, s.key))
    ms_tables_add_site(t, &s);
  return true;
}

static bool read_text(struct meta_reader *r, uint32_t lane, struct cursor *c) {
  struct ms_tables *t = r->tables;
  uint32_t local = (uint32_t)take(c, 4), id = 0;
  take(c, 4);
  const char *text = take_string(r, c);
  if (c->is_short || local == 0)
    return false;
  uint64_t hash = ms_hash_u64((uintptr_t)text);
  struct ms_index_cursor ic = ms_index_start(&t->text_index, hash);
  for (uint32_t i; !id && ms_index_next(&t->text_index, &ic, &i);)
    id = t->texts[i] == text ? i + 1 : 0;
  if (!id) {
    ms_index_add(&t->text_index, hash, t->text_count);
    MS_GROW(t->texts, t->text_count, t->text_capacity);
    t->texts[t->text_count++] = text;
    id = t->text_count;
  }
  ms_id_map_add(&ms_trace_lane(r->trace, lane)->strings, local, id);
  return true;
}

static bool read_symbol(struct meta_reader *r, struct cursor *c) {
  struct ms_tables *t = r->tables;
  struct ms_trace_symbol s;
  s.frame = take(c, 8);
  s.level = (uint16_t)take(c, 2);
  take(c, 2);
  s.line = (uint32_t)take(c, 4);
  s.function = take_string(r, c);
  s.file = take_string(r, c);
  if (c->is_short)
    return false;
  if (ms_tables_symbol(t, s.frame, s.level))
    return true;
  ms_index_add(&t->symbol_index, ms_symbol_hash(s.frame, s.level), t->symbol_count);
  MS_GROW(t->symbols, t->symbol_count, t->symbol_capacity);
  t->symbols[t->symbol_count++] = s;
  return true;
}

static void read_chunk(struct meta_reader *r, const struct ms_chunk *chunk, const unsigned char *payload) {
  struct ms_trace_damage *damage = &r->trace->damage;
  uint32_t at = 0;
  while (chunk->payload - at >= sizeof(struct ms_meta_head)) {
    struct ms_meta_head head;
    memcpy(&head, payload + at, sizeof head);
    if (head.type == MS_META_END)
      return;
    uint64_t where = chunk->offset + sizeof(struct ms_chunk_header) + at;
    at += (uint32_t)sizeof head;
    if (head.len > chunk->payload - at) {
      if (!chunk->is_torn) { /* else the torn tail says it */
        damage->bad_records++;
        ms_damage_note(damage, "meta record at byte %" PRIu64 ": %u bytes long, %u are left in its chunk",
                       where, head.len, chunk->payload - at);
      }
      return;
    }
    struct cursor c = {payload + at, payload + at + head.len, false};
    bool is_good = true;
    switch (head.type) {
    case MS_META_INFO: is_good = read_info(r, &c); break;
    case MS_META_MODULE: is_good = read_module(r, &c); break;
    case MS_META_SITE: is_good = read_site(r, &c); break;
    case MS_META_CONTEXT: is_good = ms_context_read(r->contexts, chunk->lane, payload + at, head.len); break;
    case MS_META_THREAD: is_good = read_thread(r, &c); break;
    case MS_META_SYMBOL: is_good = read_symbol(r, &c); break;
    case MS_META_ARG: is_good = read_arg(r, &c); break;
    case MS_META_STRING: is_good = read_text(r, chunk->lane, &c); break;
    default: break; /* of a newer minor version */
    }
    if (!is_good) {
      damage->bad_records++;
      ms_damage_note(damage, "meta record at byte %" PRIu64 ": malformed (type %u)", where, head.type);
    }
    uint64_t next = (uint64_t)at + (head.len + 7ull) / 8 * 8;
    if (next >= chunk->payload)
      return;
    at = (uint32_t)next;
  }
}

void ms_tables_init(struct ms_tables *t) {
  memset(t, 0, sizeof *t);
  t->modules = ms_xcalloc(16, sizeof *t->modules);
  t->sites = ms_xcalloc(16, sizeof *t->sites);
  t->contexts = ms_xcalloc(1, sizeof *t->contexts);
  t->module_capacity = t->site_capacity = 16;
  t->modules[0].path = "";
  struct ms_trace_site *none = &t->sites[0];
  none->func = none->file = none->dir = none->path = none->type = none->callee = none->field = none->src = "";
}

void ms_tables_fini(struct ms_tables *t) {
  ms_intern_fini(&t->strings);
  ms_arena_fini(&t->arena);
  free(t->infos);
  free(t->args);
  free(t->threads);
  free(t->modules);
  free(t->sites);
  free(t->symbols);
  free(t->contexts);
  free(t->texts);
  ms_index_fini(&t->text_index);
  ms_index_fini(&t->info_index);
  ms_index_fini(&t->thread_index);
  ms_index_fini(&t->module_index);
  ms_index_fini(&t->site_index);
  ms_index_fini(&t->symbol_index);
}

uint64_t ms_frame_raw(const struct ms_tables *t, const struct ms_trace_frame *frame) {
  return frame->module ? (uint64_t)t->modules[frame->module].file_id << 48 | frame->offset : frame->offset;
}

void ms_trace_meta_read(struct ms_trace *trace) {
  struct meta_reader reader = {trace, &trace->tables, ms_context_reader_new(trace)};
  unsigned char *buffer = NULL;
  size_t buffer_size = 0;
  for (size_t i = 0; i < trace->file.chunk_count; i++) {
    struct ms_chunk *chunk = &trace->file.chunks[i];
    if (chunk->kind != MS_CHUNK_META || chunk->payload == 0)
      continue;
    if (chunk->payload > buffer_size) {
      buffer_size = chunk->payload;
      buffer = ms_xrealloc(buffer, buffer_size, 1);
    }
    if (!ms_chunk_data_is_valid(&trace->file, chunk, buffer, buffer_size)) {
      trace->damage.bad_chunks++;
      ms_damage_note(&trace->damage, "chunk at byte %" PRIu64 ": wrong checksum", chunk->offset);
      continue;
    }
    size_t got = ms_read_at(trace->file.fd, buffer, chunk->payload, chunk->offset + sizeof(struct ms_chunk_header));
    if (got < chunk->payload) {
      chunk->payload = (uint32_t)got;
      chunk->is_torn = trace->damage.torn_tail = true;
    }
    read_chunk(&reader, chunk, buffer);
  }
  free(buffer);
  ms_context_reader_finish(reader.contexts);
  for (uint32_t i = 0; i < trace->lane_count; i++)
    ms_id_map_finish(&trace->lanes[i].strings);
}
