/* trace.c - opens and closes a trace; the look-ups of trace.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Chunks are dealt to their lanes here and put in sequence: a number that occurs twice
 * counts once, one that is missing is damage that its own header could not report.
 */
#include "analysis/trace/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/trace_parts.h"
#include "support/grow.h"

struct ms_lane *ms_trace_lane(struct ms_trace *trace, uint32_t number) {
  uint64_t hash = ms_hash_u64(number);
  struct ms_index_cursor ic = ms_index_start(&trace->lane_index, hash);
  for (uint32_t i; ms_index_next(&trace->lane_index, &ic, &i);)
    if (trace->lanes[i].number == number)
      return &trace->lanes[i];
  MS_GROW(trace->lanes, trace->lane_count, trace->lane_capacity);
  ms_index_add(&trace->lane_index, hash, trace->lane_count);
  struct ms_lane *lane = &trace->lanes[trace->lane_count++];
  memset(lane, 0, sizeof *lane);
  lane->number = number;
  return lane;
}

static const struct ms_chunk *sorting; /* qsort has no context; only for the call below */

static int compare_seq(const void *a, const void *b) {
  const struct ms_chunk *x = &sorting[*(const uint32_t *)a], *y = &sorting[*(const uint32_t *)b];
  if (x->seq != y->seq)
    return x->seq < y->seq ? -1 : 1;
  return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Puts the chunks of LANE in sequence. */
static void order_lane(struct ms_trace *trace, struct ms_lane *lane) {
  struct ms_trace_damage *damage = &trace->damage;
  sorting = trace->file.chunks;
  if (lane->chunk_count > 1)
    qsort(lane->chunks, lane->chunk_count, sizeof *lane->chunks, compare_seq);
  uint32_t kept = 0;
  uint64_t expected = 0;
  for (uint32_t i = 0; i < lane->chunk_count; i++) {
    const struct ms_chunk *c = &trace->file.chunks[lane->chunks[i]];
    if (c->seq < expected) {
      damage->bad_chunks++;
      ms_damage_note(damage, "chunk at byte %" PRIu64 ": number %u of lane %u occurs twice", c->offset, c->seq,
                     lane->number);
      continue;
    }
    if (c->seq > expected) {
      damage->bad_chunks++;
      ms_damage_note(damage, "lane %u: chunk number %" PRIu64 " is missing", lane->number, expected);
    }
    expected = (uint64_t)c->seq + 1;
    lane->chunks[kept++] = lane->chunks[i];
  }
  lane->chunk_count = kept;
}

static int compare_lanes(const void *a, const void *b) {
  const struct ms_lane *x = a, *y = b;
  return x->number < y->number ? -1 : x->number > y->number;
}

enum ms_status ms_trace_open(const char *path, struct ms_trace **ret_trace, struct ms_error *err) {
  struct ms_trace *trace = ms_xcalloc(1, sizeof *trace);
  enum ms_status status = ms_trace_file_open(path, &trace->file, &trace->damage, err);
  if (status != MS_OK) {
    free(trace);
    return status;
  }
  for (size_t i = 0; i < trace->file.chunk_count; i++) {
    if (trace->file.chunks[i].kind != MS_CHUNK_EVENTS)
      continue;
    struct ms_lane *lane = ms_trace_lane(trace, trace->file.chunks[i].lane);
    MS_GROW(lane->chunks, lane->chunk_count, lane->chunk_capacity);
    lane->chunks[lane->chunk_count++] = (uint32_t)i;
  }
  ms_tables_init(&trace->tables);
  ms_trace_meta_read(trace);
  ms_index_fini(&trace->lane_index);
  if (trace->lane_count)
    qsort(trace->lanes, trace->lane_count, sizeof *trace->lanes, compare_lanes);
  for (uint32_t i = 0; i < trace->lane_count; i++)
    order_lane(trace, &trace->lanes[i]);
  trace->damage_at_open = trace->damage;
  *ret_trace = trace;
  return MS_OK;
}

void ms_trace_close(struct ms_trace *trace) {
  if (!trace)
    return;
  for (uint32_t i = 0; i < trace->lane_count; i++) {
    struct ms_lane *lane = &trace->lanes[i];
    free(lane->chunks);
    ms_id_map_fini(&lane->contexts);
    ms_id_map_fini(&lane->strings);
    free(lane->window);
    free(lane->batch);
  }
  free(trace->lanes);
  free(trace->heap);
  ms_tables_fini(&trace->tables);
  ms_trace_file_close(&trace->file);
  free(trace);
}

const char *ms_trace_path(const struct ms_trace *trace) { return trace->file.path; }
const struct ms_trace_header *ms_trace_header(const struct ms_trace *trace) { return &trace->file.header; }
const struct ms_trace_damage *ms_trace_damage(const struct ms_trace *trace) { return &trace->damage; }

double ms_trace_tick_hz(const struct ms_trace *trace) {
  const struct ms_trace_header *h = &trace->file.header;
  if (h->tick_hz)
    return (double)h->tick_hz;
  if (h->last_time <= h->start_time || h->last_unix_ns <= h->start_unix_ns)
    return 0;
  return (double)(h->last_time - h->start_time) * 1e9 / (double)(h->last_unix_ns - h->start_unix_ns);
}

const char *ms_trace_info(const struct ms_trace *trace, const char *key) {
  const struct ms_tables *t = &trace->tables;
  for (uint32_t i = 0; i < t->info_count; i++)
    if (strcmp(t->infos[i].key, key) == 0)
      return t->infos[i].value;
  return NULL;
}

bool ms_trace_has_stopped(const struct ms_trace *trace) {
  return ms_trace_header(trace)->stop_reason != MS_STOP_NONE || ms_trace_info(trace, "stop");
}

bool ms_trace_arena(const struct ms_trace *trace, uint64_t *ret_first, uint64_t *ret_behind) {
  const char *text = ms_trace_info(trace, "arena");
  if (!text || strncmp(text, "0x", 2) != 0)
    return false;
  char *end;
  uint64_t first = strtoull(text + 2, &end, 16);
  if (strncmp(end, "-0x", 3) != 0)
    return false;
  uint64_t behind = strtoull(end + 3, &end, 16);
  if (*end || behind <= first)
    return false;
  *ret_first = first;
  *ret_behind = behind;
  return true;
}

size_t ms_trace_arg_count(const struct ms_trace *trace) { return trace->tables.arg_count; }

const char *ms_trace_arg(const struct ms_trace *trace, size_t index) {
  return index < trace->tables.arg_count ? trace->tables.args[index] : "";
}

uint32_t ms_trace_context_count(const struct ms_trace *trace) { return trace->tables.context_count; }

const struct ms_trace_context *ms_trace_context(const struct ms_trace *trace, ms_context_id id) {
  return &trace->tables.contexts[id <= trace->tables.context_count ? id : 0];
}

uint32_t ms_trace_site_count(const struct ms_trace *trace) { return trace->tables.site_count; }

const struct ms_trace_site *ms_trace_site(const struct ms_trace *trace, ms_site_id id) {
  return &trace->tables.sites[id <= trace->tables.site_count ? id : 0];
}

uint32_t ms_trace_module_count(const struct ms_trace *trace) { return trace->tables.module_count; }

const struct ms_trace_module *ms_trace_module(const struct ms_trace *trace, ms_module_id id) {
  return &trace->tables.modules[id <= trace->tables.module_count ? id : 0];
}

uint32_t ms_trace_string_count(const struct ms_trace *trace) { return trace->tables.text_count; }

const char *ms_trace_string(const struct ms_trace *trace, ms_string_id id) {
  return id && id <= trace->tables.text_count ? trace->tables.texts[id - 1] : "";
}

const struct ms_trace_thread *ms_trace_thread(const struct ms_trace *trace, uint32_t number) {
  const struct ms_tables *t = &trace->tables;
  struct ms_index_cursor ic = ms_index_start(&t->thread_index, ms_hash_u64(number));
  for (uint32_t i; ms_index_next(&t->thread_index, &ic, &i);)
    if (t->threads[i].number == number)
      return &t->threads[i];
  return NULL;
}

uint32_t ms_trace_thread_count(const struct ms_trace *trace) { return trace->tables.thread_count; }
