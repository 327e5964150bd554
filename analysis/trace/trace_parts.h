/* trace_parts.h - struct ms_trace and its parts, for the files of this directory.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Users of a trace see trace.h only. Who fills what: trace_file.c the file, trace_meta.c
 * and trace_contexts.c the tables, trace_ids.c what lanes call them, trace_lane.c the lanes, trace_merge.c the heap.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_PARTS_H
#define MEMSCOPE_ANALYSIS_TRACE_PARTS_H

#include "analysis/trace/trace_file.h"
#include "support/arena.h"
#include "support/index.h"
#include "support/intern.h"

/* A SYMBOL record. */
struct ms_trace_symbol {
  uint64_t frame; /* raw, as in the file */
  uint32_t line;
  uint16_t level; /* 0 = innermost inlined */
  const char *function, *file;
};

struct ms_trace_info_record {
  const char *key, *value;
};

/* From the ids of one lane to those of the trace (trace_ids.c). Zero-initialised is empty. */
struct ms_id_map {
  struct ms_id_pair *pairs; /* sorted by local id once it is finished */
  uint32_t count, capacity;
  uint32_t *dense; /* by local id; ids from dense_count on are looked up in pairs; 0 = none */
  uint32_t dense_count;
};

/* Adds LOCAL -> ID; of equal local ids the first counts. */
void ms_id_map_add(struct ms_id_map *map, uint32_t local, uint32_t id);

/* After the last addition: makes look-ups possible. */
void ms_id_map_finish(struct ms_id_map *map);

/* The id behind LOCAL, or 0. */
uint32_t ms_id_map_find(const struct ms_id_map *map, uint64_t local);
void ms_id_map_fini(struct ms_id_map *map);

/* All metadata. Elements 0 of the tables with ids are empty records. */
struct ms_tables {
  struct ms_intern strings;
  struct ms_arena arena; /* frames, build-ids */

  struct ms_trace_info_record *infos;
  uint32_t info_count, info_capacity;
  const char **args;
  uint32_t arg_count, arg_capacity;
  struct ms_trace_thread *threads;
  uint32_t thread_count, thread_capacity;
  struct ms_trace_module *modules;
  uint32_t module_count, module_capacity;
  struct ms_trace_site *sites;
  uint32_t site_count, site_capacity;
  struct ms_trace_symbol *symbols;
  uint32_t symbol_count, symbol_capacity;
  struct ms_trace_context *contexts;
  uint32_t context_count, context_capacity;
  const char **texts; /* what STRING records say, each once */
  uint32_t text_count, text_capacity;

  struct ms_index text_index; /* by the address of the interned copy */
  struct ms_index info_index, thread_index, module_index, site_index, symbol_index;
};

#define MS_BATCH 128u

/* One lane: its chunks, its ids and, while events are read, where it stands. */
struct ms_lane {
  uint32_t number;
  uint32_t *chunks; /* EVENTS chunks in seq order: indexes into file.chunks */
  uint32_t chunk_count, chunk_capacity;

  struct ms_id_map contexts, strings;

  /* reading */
  uint32_t next_chunk; /* of chunks */
  uint32_t thread;
  uint64_t chunk_offset; /* of the chunk being read, for messages */
  unsigned char *window; /* a piece of the payload, MS_EVENT_SLACK zeros behind it */
  size_t window_size, at, end;
  uint64_t file_at;   /* where the byte behind the window lies in the file */
  uint32_t left;      /* payload bytes behind the window */
  uint64_t time;      /* of the last event, absolute ticks as the chunk counts them */
  uint64_t last_time; /* of the last event as it was given out */
  uint64_t address;   /* previous one, rotated */
  struct ms_event *batch; /* MS_BATCH of them, decoded ahead; `id` is not filled in */
  uint32_t batch_at, batch_count;
};

struct ms_trace {
  struct ms_trace_file file;
  struct ms_trace_damage damage, damage_at_open;
  struct ms_tables tables;

  struct ms_lane *lanes; /* sorted by number */
  uint32_t lane_count, lane_capacity;
  struct ms_index lane_index; /* while the metadata is read */

  struct ms_lane **heap; /* lanes with a head event, the earliest first */
  uint32_t heap_count;
  uint64_t runner_up; /* time of the second earliest event */
  uint64_t next_id;
  uint64_t event_bytes; /* of the records decoded so far */
  bool is_started;
};

/* Reads all META chunks and fills the tables and the lanes' context maps. */
void ms_trace_meta_read(struct ms_trace *trace);

void ms_tables_init(struct ms_tables *tables);
void ms_tables_fini(struct ms_tables *tables);

/* The module with FILE_ID, or 0. */
ms_module_id ms_tables_module(const struct ms_tables *tables, uint32_t file_id);

/* The site with KEY, or 0. */
ms_site_id ms_tables_site(const struct ms_tables *tables, uint64_t key);

/* Adds SITE, whose key is new; its strings must outlive the tables. */
ms_site_id ms_tables_add_site(struct ms_tables *tables, const struct ms_trace_site *site);

/* What SYMBOL records are indexed by. */
static inline uint64_t ms_symbol_hash(uint64_t frame, uint16_t level) {
  return ms_hash_u64(frame ^ (uint64_t)level << 40);
}

/* The SYMBOL record of the raw FRAME at LEVEL, or NULL. */
const struct ms_trace_symbol *ms_tables_symbol(const struct ms_tables *tables, uint64_t frame, uint16_t level);

/* FRAME as it is written in a file. */
uint64_t ms_frame_raw(const struct ms_tables *tables, const struct ms_trace_frame *frame);

/* Lane NUMBER of TRACE, made if there is none. The pointer lives until the next call. */
struct ms_lane *ms_trace_lane(struct ms_trace *trace, uint32_t number);

/* Puts the lane at its first chunk. */
void ms_lane_start(struct ms_trace *trace, struct ms_lane *lane);

/* Decodes the lane's next events into its batch; false at its end. */
bool ms_lane_fill(struct ms_trace *trace, struct ms_lane *lane);

/* Payload bytes of the events since the start, once all have been read. */
uint64_t ms_trace_event_bytes(const struct ms_trace *trace);

#endif
