/* trace_lane.c - one lane's events, in order, through a window on the file.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A lane holds a window of at most 64 KiB of its current chunk, whatever the length of the
 * trace. A chunk's checksum is tested when the lane comes to it (a chunk that fits the
 * window is then read once, a larger one twice). Behind the window lie MS_EVENT_SLACK zero
 * bytes, which event_decode.h may read, and which end a chunk that was not sealed.
 *
 *   file:    |hdr| payload .............................................|
 *   window:          [ decoded | at ->          end ][slack]
 *                                    file_at ----^     left: bytes behind
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/event_decode.h"
#include "analysis/trace/trace_parts.h"

#define WINDOW_SIZE 65536u

/* What the fields of each kind mean, by kind (16 of them, unknown ones all zero). */
struct kind_traits {
  uint64_t size_mask;    /* all ones: field B is a size or a number */
  uint64_t address_mask; /* all ones: field C is an address */
  uint64_t number_mask;  /* all ones: field A is a plain number */
  uint8_t has_context;
  uint8_t is_known;
  uint8_t is_birth; /* comes after others of the same time */
};

static const struct kind_traits traits[16] = {
#define MS_EVENT(value, NAME, text, a, b, c, d)                                  \
  [value] = {(b) != '-' ? UINT64_MAX : 0, (c) == 'a' ? UINT64_MAX : 0,           \
             (a) == 'n' ? UINT64_MAX : 0, (a) == 'c', 1,                         \
             (value) == MS_EV_ALLOC || (value) == MS_EV_REALLOC_END},
#include "memscope/records.def"
};

static ms_context_id look_up_context(const struct ms_lane *lane, uint32_t local) {
  uint32_t low = 0, high = lane->pair_count;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (lane->pairs[mid].local < local)
      low = mid + 1;
    else
      high = mid;
  }
  return low < lane->pair_count && lane->pairs[low].local == local ? lane->pairs[low].id : 0;
}

static ms_context_id find_context(struct ms_trace *trace, const struct ms_lane *lane, uint64_t local) {
  if (local == 0)
    return 0;
  ms_context_id id = 0;
  if (local < lane->dense_count)
    id = lane->dense[local];
  else if (local <= UINT32_MAX)
    id = look_up_context(lane, (uint32_t)local);
  if (!id) {
    trace->damage.unknown_contexts++;
    ms_damage_note(&trace->damage, "lane %u: an event refers to context %" PRIu64 ", which is not defined",
                   lane->number, local);
  }
  return id;
}

/* Moves what is left of the window to its front and reads on. */
static void refill(struct ms_trace *trace, struct ms_lane *lane) {
  size_t rest = lane->end - lane->at;
  memmove(lane->window, lane->window + lane->at, rest);
  size_t want = lane->window_size - rest;
  if (want > lane->left)
    want = lane->left;
  size_t got = ms_read_at(trace->file.fd, lane->window + rest, want, lane->file_at);
  lane->at = 0;
  lane->end = rest + got;
  lane->file_at += got;
  lane->left -= (uint32_t)got;
  if (got < want) { /* the file was cut while we read */
    lane->left = 0;
    trace->damage.torn_tail = true;
  }
  memset(lane->window + lane->end, 0, MS_EVENT_SLACK);
}

/* Opens the lane's next readable chunk; false when there is none. */
static bool open_chunk(struct ms_trace *trace, struct ms_lane *lane) {
  while (lane->next_chunk < lane->chunk_count) {
    const struct ms_chunk *chunk = &trace->file.chunks[lane->chunks[lane->next_chunk++]];
    if (!ms_chunk_data_is_valid(&trace->file, chunk, lane->window, lane->window_size)) {
      trace->damage.bad_chunks++;
      ms_damage_note(&trace->damage, "chunk at byte %" PRIu64 ": wrong checksum", chunk->offset);
      continue;
    }
    lane->chunk_offset = chunk->offset;
    lane->file_at = chunk->offset + sizeof(struct ms_chunk_header);
    lane->left = chunk->payload;
    lane->at = lane->end = 0;
    lane->time = chunk->base_time;
    lane->address = ms_ror3(chunk->base_addr);
    lane->thread = chunk->thread;
    refill(trace, lane);
    return true;
  }
  return false;
}

static void close_chunk(struct ms_lane *lane) {
  lane->at = lane->end = 0;
  lane->left = 0;
}

/* The rest of the chunk cannot be read: a record is wrong or runs over the end. */
static void give_up_chunk(struct ms_trace *trace, struct ms_lane *lane, const char *why) {
  trace->damage.bad_records++;
  ms_damage_note(&trace->damage, "chunk at byte %" PRIu64 ": event at byte %" PRIu64 ": %s", lane->chunk_offset,
                 lane->file_at - (lane->end - lane->at), why);
  close_chunk(lane);
}

void ms_lane_start(struct ms_trace *trace, struct ms_lane *lane) {
  if (!lane->window) {
    uint32_t most = 4096;
    for (uint32_t i = 0; i < lane->chunk_count; i++)
      if (trace->file.chunks[lane->chunks[i]].payload > most)
        most = trace->file.chunks[lane->chunks[i]].payload;
    lane->window_size = most < WINDOW_SIZE ? most : WINDOW_SIZE;
    lane->window = ms_xmalloc(lane->window_size + MS_EVENT_SLACK);
  }
  lane->next_chunk = 0;
  lane->last_time = trace->file.header.start_time;
  close_chunk(lane);
}

bool ms_lane_next(struct ms_trace *trace, struct ms_lane *lane) {
  for (;;) {
    if (lane->end - lane->at < MS_EVENT_SLACK && lane->left)
      refill(trace, lane);
    if (lane->end - lane->at < 2) {
      if (open_chunk(trace, lane))
        continue;
      free(lane->window);
      lane->window = NULL;
      return false;
    }
    const unsigned char *record = lane->window + lane->at;
    struct ms_raw_event raw;
    const unsigned char *behind = ms_event_decode(record, &raw);
    if (raw.header == 0) {
      close_chunk(lane);
      continue;
    }
    size_t len = (size_t)(behind - record);
    if (len > lane->end - lane->at) {
      if (trace->file.size == lane->file_at) /* the torn tail, which has been noted */
        close_chunk(lane);
      else
        give_up_chunk(trace, lane, "runs over the end of its chunk");
      continue;
    }
    unsigned kind = MS_EVENT_KIND(raw.header);
    if (kind == 0 || raw.d > UINT64_MAX - lane->time) {
      give_up_chunk(trace, lane, kind ? "its time overflows" : "kind 0");
      continue;
    }
    lane->at += len;
    trace->event_bytes += len;
    lane->time += raw.d;
    lane->address = ms_addr_decode(raw.c, lane->address);
    const struct kind_traits *t = &traits[kind];
    if (!t->is_known)
      continue;
    if (lane->time > lane->last_time)
      lane->last_time = lane->time;
    if (kind == MS_EV_THREAD)
      lane->thread = (uint32_t)raw.a;
    struct ms_event *head = &lane->head;
    head->time = lane->last_time - trace->file.header.start_time;
    head->addr = ms_rol3(lane->address) & t->address_mask;
    head->size = raw.b & t->size_mask;
    head->number = raw.a & t->number_mask;
    head->context = t->has_context ? find_context(trace, lane, raw.a) : 0;
    head->lane = lane->number;
    head->thread = lane->thread;
    head->kind = (uint8_t)kind;
    lane->tie = (uint64_t)t->is_birth << 32 | lane->number;
    return true;
  }
}
