/* trace_contexts.c - see trace_contexts.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A context may refer to a site whose record follows later in another lane. So contexts are
 * first kept as they lie in the file, equal ones as one, and their references are resolved
 * when all chunks have been read.
 */
#include "analysis/trace/trace_contexts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/trace_parts.h"
#include "support/grow.h"

/* A context as in the file, at raw[id - 1]. */
struct raw_context {
  uint64_t name, call;
  const unsigned char *frames; /* frame_count times 8 bytes */
  uint32_t frame_count;
  uint16_t flags;
  uint8_t fn;
};

struct ms_context_reader {
  struct ms_trace *trace;
  struct raw_context *raw;
  uint32_t count, capacity;
  struct ms_index index;
  struct ms_arena arena;
};

struct ms_context_reader *ms_context_reader_new(struct ms_trace *trace) {
  struct ms_context_reader *r = ms_xcalloc(1, sizeof *r);
  r->trace = trace;
  return r;
}

static bool is_same_context(const struct raw_context *a, const struct raw_context *b) {
  return a->fn == b->fn && a->flags == b->flags && a->name == b->name && a->call == b->call &&
         a->frame_count == b->frame_count && memcmp(a->frames, b->frames, a->frame_count * (size_t)8) == 0;
}

/* The id of the context in the whole trace. */
static ms_context_id intern_context(struct ms_context_reader *r, const struct raw_context *context) {
  uint64_t fields[3] = {context->name, context->call,
                        (uint64_t)context->fn << 16 | context->flags};
  uint64_t hash = ms_hash_bytes(fields, sizeof fields) ^
                  ms_hash_bytes(context->frames, context->frame_count * (size_t)8);
  struct ms_index_cursor ic = ms_index_start(&r->index, hash);
  for (uint32_t i; ms_index_next(&r->index, &ic, &i);)
    if (is_same_context(&r->raw[i], context))
      return i + 1;
  struct raw_context copy = *context;
  unsigned char *frames = ms_arena_alloc(&r->arena, context->frame_count * (size_t)8);
  memcpy(frames, context->frames, context->frame_count * (size_t)8);
  copy.frames = frames;
  ms_index_add(&r->index, hash, r->count);
  MS_GROW(r->raw, r->count, r->capacity);
  r->raw[r->count++] = copy;
  return r->count;
}

bool ms_context_read(struct ms_context_reader *r, uint32_t lane_number, const unsigned char *payload, size_t len) {
  struct {
    uint32_t id;
    uint8_t fn, frame_count;
    uint16_t flags;
    uint64_t name, call;
  } head;
  _Static_assert(sizeof head == 24, "layout of a context record");
  if (len < sizeof head)
    return false;
  memcpy(&head, payload, sizeof head);
  if (head.id == 0 || len - sizeof head < head.frame_count * (size_t)8)
    return false;
  struct raw_context context = {head.name, head.call, payload + sizeof head, head.frame_count, head.flags, head.fn};
  struct ms_lane *lane = ms_trace_lane(r->trace, lane_number);
  ms_context_id id = intern_context(r, &context);
  ms_id_map_add(&lane->contexts, head.id, id);
  return true;
}

/* The site with KEY; an empty one is made if no record defines it. */
static ms_site_id resolve_site(struct ms_context_reader *r, uint64_t key) {
  if (key == 0)
    return 0;
  ms_site_id id = ms_tables_site(&r->trace->tables, key);
  if (id)
    return id;
  r->trace->damage.bad_records++;
  ms_damage_note(&r->trace->damage, "a context refers to site %" PRIu64 ":%" PRIu64 ", which is not defined",
                 (key - 1) >> 32, (key - 1) & UINT32_MAX);
  struct ms_trace_site site = r->trace->tables.sites[0];
  site.key = key;
  return ms_tables_add_site(&r->trace->tables, &site);
}

static void resolve_contexts(struct ms_context_reader *r) {
  struct ms_tables *t = &r->trace->tables;
  t->context_count = r->count;
  t->contexts = ms_xrealloc(t->contexts, (size_t)r->count + 1, sizeof *t->contexts);
  for (uint32_t i = 0; i < r->count; i++) {
    const struct raw_context *raw = &r->raw[i];
    struct ms_trace_frame *frames = ms_arena_alloc(&t->arena, raw->frame_count * sizeof *frames);
    for (uint32_t f = 0; f < raw->frame_count; f++) {
      uint64_t frame;
      memcpy(&frame, raw->frames + f * (size_t)8, sizeof frame);
      ms_module_id module = ms_tables_module(t, (uint32_t)(frame >> 48));
      frames[f] = (struct ms_trace_frame){module, module ? frame & 0xffffffffffff : frame};
    }
    ms_site_id name = resolve_site(r, raw->name), call = resolve_site(r, raw->call);
    t->contexts[i + 1] = (struct ms_trace_context){
        .fn = raw->fn, .flags = raw->flags, .name_site = name, .call_site = call,
        .frame_count = raw->frame_count, .frames = frames};
  }
}

void ms_context_reader_finish(struct ms_context_reader *r) {
  resolve_contexts(r);
  for (uint32_t i = 0; i < r->trace->lane_count; i++)
    ms_id_map_finish(&r->trace->lanes[i].contexts);
  free(r->raw);
  ms_index_fini(&r->index);
  ms_arena_fini(&r->arena);
  free(r);
}
