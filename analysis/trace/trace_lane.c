/* trace_lane.c - one lane's events, in order, through a window on the file.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A lane holds a window of at most 64 KiB of its current chunk and a batch of decoded
 * events, whatever the length of the trace. A chunk's checksum is tested when the lane comes to it (a chunk that fits the
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

/* What the fields of each kind mean, by kind (unknown ones all zero). */
struct kind_traits {
  uint64_t size_mask;    /* all ones: field B is a size or a number */
  uint64_t value_mask;   /* all ones: field B is a pointer */
  uint64_t address_mask; /* all ones: field C is an address */
  uint64_t number_mask;  /* all ones: field A is a plain number or a string */
  uint64_t context_mask; /* all ones: field A is a context */
  bool has_string;       /* field A is a string; only kinds from 16 on */
  bool is_known;
};

#define MASK(condition) ((condition) ? UINT64_MAX : 0)
static const struct kind_traits traits[MS_EVENT_KINDS] = {
#define MS_EVENT(value, NAME, text, a, b, c, d)                                         \
  [value] = {MASK((b) == 'z' || (b) == 'n'), MASK((b) == 'v'), MASK((c) == 'a'),        \
             MASK((a) == 'n' || (a) == 's'), MASK((a) == 'c'), (a) == 's', true},
#include "memscope/records.def"
};
#undef MASK

/* Off the fast path: the id that LANE calls LOCAL in MAP, or 0 and a note. */
static __attribute__((noinline)) uint32_t find_id(struct ms_trace *trace, const struct ms_lane *lane,
                                                  const struct ms_id_map *map, uint64_t local, const char *what) {
  uint32_t id = ms_id_map_find(map, local);
  if (!id) {
    trace->damage.unknown_contexts++;
    ms_damage_note(&trace->damage, "lane %u: an event refers to %s %" PRIu64 ", which is not defined",
                   lane->number, what, local);
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
    lane->batch = ms_xmalloc(MS_BATCH * sizeof *lane->batch);
  }
  lane->next_chunk = 0;
  lane->last_time = trace->file.header.start_time;
  close_chunk(lane);
}

/* Decodes events from the window into the batch until the batch is full or fewer than
 * MS_EVENT_MAX_LEN bytes of the window are left (IS_TAIL: until the window is empty). False
 * when the chunk ends here. State lives in locals, so that the loop keeps it in registers:
 * about 35 instructions an event. */
static inline __attribute__((always_inline)) bool decode(struct ms_trace *trace, struct ms_lane *lane, bool is_tail) {
  const unsigned char *p = lane->window + lane->at, *begin = p;
  const unsigned char *end = lane->window + lane->end;
  const uint64_t start_time = trace->file.header.start_time;
  const ms_context_id *dense = lane->contexts.dense;
  const uint32_t dense_count = lane->contexts.dense_count, number = lane->number;
  uint64_t time = lane->time, last_time = lane->last_time, address = lane->address;
  uint32_t thread = lane->thread, count = lane->batch_count;
  const char *problem = NULL;
  bool goes_on = true;
  const size_t need = is_tail ? 2 : MS_EVENT_MAX_LEN;
  while (count < MS_BATCH && (size_t)(end - p) >= need) {
    struct ms_raw_event raw;
    const unsigned char *behind = ms_event_decode(p, &raw);
    unsigned kind = MS_EVENT_KIND(raw.header);
    const struct kind_traits *t = &traits[kind];
    if (is_tail && behind > end && raw.header) {
      problem = "runs over the end of its chunk";
      break;
    }
    if (__builtin_expect(kind == 0 || __builtin_add_overflow(time, raw.d, &time), 0)) {
      goes_on = false;
      problem = !raw.header ? NULL : kind ? "its time overflows" : "kind 0";
      break;
    }
    p = behind;
    address = ms_addr_decode(raw.c, address);
    if (__builtin_expect(!t->is_known, 0)) {
      if (kind != MS_EV_EXTENDED)
        continue;
      kind = 16 + ((unsigned)raw.a & 31);
      raw.a >>= 5;
      t = &traits[kind];
      if (!t->is_known)
        continue;
      if (t->has_string && raw.a)
        raw.a = find_id(trace, lane, &lane->strings, raw.a, "string");
    }
    last_time = time > last_time ? time : last_time;
    if (kind == MS_EV_THREAD)
      thread = (uint32_t)raw.a;
    struct ms_event *event = &lane->batch[count++];
    event->time = last_time - start_time;
    event->addr = ms_rol3(address) & t->address_mask;
    event->size = raw.b & t->size_mask;
    event->value = ms_value_decode(raw.b, address) & t->value_mask;
    event->number = raw.a & t->number_mask;
    uint64_t local = raw.a & t->context_mask;
    ms_context_id context = local < dense_count ? dense[local] : 0;
    if (__builtin_expect(local && !context, 0))
      context = find_id(trace, lane, &lane->contexts, local, "context");
    event->context = context;
    event->lane = number;
    event->thread = thread;
    event->kind = (uint8_t)kind;
  }
  trace->event_bytes += (uint64_t)(p - begin);
  lane->at += (size_t)(p - begin);
  lane->time = time;
  lane->last_time = last_time;
  lane->address = address;
  lane->thread = thread;
  lane->batch_count = count;
  if (problem && lane->file_at < trace->file.size)
    give_up_chunk(trace, lane, problem);
  return goes_on && !problem; /* at the end of the file: the torn tail, which has been noted */
}

bool ms_lane_fill(struct ms_trace *trace, struct ms_lane *lane) {
  lane->batch_at = lane->batch_count = 0;
  while (lane->batch_count < MS_BATCH) {
    if (lane->end - lane->at < MS_EVENT_MAX_LEN && lane->left)
      refill(trace, lane);
    size_t rest = lane->end - lane->at;
    bool goes_on = rest >= 2;
    if (rest >= MS_EVENT_MAX_LEN)
      goes_on = decode(trace, lane, false);
    else if (goes_on)
      goes_on = decode(trace, lane, true);
    if (goes_on)
      continue;
    close_chunk(lane);
    if (!open_chunk(trace, lane))
      break;
  }
  if (lane->batch_count)
    return true;
  free(lane->window);
  free(lane->batch);
  lane->window = NULL;
  lane->batch = NULL;
  return false;
}
