/* trace_writer.c - see trace_writer.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Each lane collects its current EVENTS and META chunk in memory and writes it when it is
 * full, no larger than what it holds. The reader numbers contexts in the order of the file, so META of lane 0, where
 * assembled traces define everything first, is written before META of another lane.
 */
#include "analysis/trace/trace_writer.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/event_decode.h"
#include "analysis/trace/trace_file.h"
#include "analysis/trace/trace_names.h"
#include "support/crc32c.h"
#include "support/grow.h"
#include "support/index.h"

#define CHUNK_SIZE 65536u
#define HEADER sizeof(struct ms_chunk_header)

struct pending {
  struct ms_chunk_header header;
  unsigned char *payload; /* header.size - HEADER bytes, zeroed; NULL: no chunk is open */
  uint32_t used;
  uint32_t next_seq;
};

struct lane {
  uint32_t number, thread;
  uint32_t chunk_size;
  bool is_unsealed;
  uint64_t time, address; /* of the last event; address rotated */
  struct pending events, meta;
};

struct ms_trace_writer {
  FILE *out;
  struct ms_trace_header header;
  struct lane *lanes;
  uint32_t lane_count, lane_capacity;
  struct ms_index lane_index;
  int first_errno;
};

static void put(struct ms_trace_writer *w, const void *bytes, size_t len) {
  if (len && fwrite(bytes, 1, len, w->out) != len && !w->first_errno)
    w->first_errno = errno ? errno : EIO;
}

static struct lane *find_lane(struct ms_trace_writer *w, uint32_t number) {
  uint64_t hash = ms_hash_u64(number);
  struct ms_index_cursor ic = ms_index_start(&w->lane_index, hash);
  for (uint32_t i; ms_index_next(&w->lane_index, &ic, &i);)
    if (w->lanes[i].number == number)
      return &w->lanes[i];
  MS_GROW(w->lanes, w->lane_count, w->lane_capacity);
  ms_index_add(&w->lane_index, hash, w->lane_count);
  struct lane *lane = &w->lanes[w->lane_count++];
  *lane = (struct lane){.number = number, .thread = number, .chunk_size = CHUNK_SIZE,
                        .time = w->header.start_time};
  return lane;
}

struct ms_trace_writer *ms_trace_writer_new(FILE *out, const struct ms_trace_header *header) {
  struct ms_trace_writer *w = ms_xcalloc(1, sizeof *w);
  unsigned char page[MS_TRACE_PAGE] = {0};
  w->out = out;
  w->header = *header;
  w->header.crc = ms_crc32c(0, &w->header, offsetof(struct ms_trace_header, crc));
  memcpy(page, &w->header, sizeof w->header);
  put(w, page, sizeof page);
  find_lane(w, 0); /* exists from the start, so that write_meta moves no lane */
  return w;
}

void ms_chunk_header_seal(struct ms_chunk_header *header, const void *payload, uint32_t used) {
  header->head_crc = ms_chunk_head_crc(header);
  header->used = used;
  header->data_crc = ms_crc32c(0, payload, used);
  header->flags |= MS_CHUNK_F_SEALED;
}

static void open_chunk(struct lane *lane, struct pending *p, unsigned kind, uint32_t size) {
  p->header = (struct ms_chunk_header){.magic = MS_CHUNK_MAGIC, .kind = (uint16_t)kind, .size = size,
                                       .lane = lane->number, .seq = p->next_seq++,
                                       .base_time = lane->time, .base_addr = ms_rol3(lane->address),
                                       .thread = lane->thread};
  p->payload = ms_xcalloc(size - HEADER, 1);
  p->used = 0;
}

static void write_chunk(struct ms_trace_writer *w, struct pending *p, bool is_unsealed) {
  if (!p->payload)
    return;
  uint32_t need = (uint32_t)HEADER + p->used + (p->header.kind == MS_CHUNK_EVENTS ? MS_CHUNK_TAIL : 0);
  p->header.size = (need + MS_TRACE_PAGE - 1) / MS_TRACE_PAGE * MS_TRACE_PAGE;
  if (is_unsealed)
    p->header.head_crc = ms_chunk_head_crc(&p->header);
  else
    ms_chunk_header_seal(&p->header, p->payload, p->used);
  put(w, &p->header, HEADER);
  put(w, p->payload, p->header.size - HEADER);
  free(p->payload);
  p->payload = NULL;
}

static void write_meta(struct ms_trace_writer *w, struct lane *lane) {
  if (lane->number != 0)
    write_chunk(w, &find_lane(w, 0)->meta, false);
  write_chunk(w, &lane->meta, false);
}

void ms_trace_writer_meta(struct ms_trace_writer *w, uint32_t lane_number, unsigned type,
                          const struct ms_record *record) {
  struct lane *lane = find_lane(w, lane_number);
  struct ms_meta_head head = {(uint16_t)type, 0, (uint32_t)record->len};
  uint32_t need = (uint32_t)(sizeof head + (record->len + 7) / 8 * 8);
  struct pending *p = &lane->meta;
  if (p->payload && need > p->header.size - HEADER - p->used)
    write_meta(w, lane);
  if (!p->payload) {
    uint32_t size = (uint32_t)((need + HEADER + MS_TRACE_PAGE - 1) / MS_TRACE_PAGE * MS_TRACE_PAGE);
    open_chunk(lane, p, MS_CHUNK_META, size > CHUNK_SIZE ? size : CHUNK_SIZE);
  }
  memcpy(p->payload + p->used, &head, sizeof head);
  memcpy(p->payload + p->used + sizeof head, record->bytes, record->len);
  p->used += need;
}

void ms_trace_writer_event(struct ms_trace_writer *w, uint32_t lane_number, unsigned kind, uint64_t a,
                           uint64_t b, bool has_address, uint64_t address, uint64_t time) {
  struct lane *lane = find_lane(w, lane_number);
  struct pending *p = &lane->events;
  if (p->payload && p->used + MS_EVENT_MAX_LEN > p->header.size - HEADER - MS_CHUNK_TAIL)
    write_chunk(w, p, lane->is_unsealed);
  if (!p->payload)
    open_chunk(lane, p, MS_CHUNK_EVENTS, lane->chunk_size);
  uint64_t rotated = ms_ror3(address);
  uint64_t fields[4] = {a, b, has_address ? ms_addr_encode(rotated, lane->address) : 0, time - lane->time};
  if (ms_event_fields[kind].b == 'v')
    fields[1] = ms_value_encode(b, rotated);
  if (kind > MS_EV_EXTENDED)
    fields[0] = a << 5 | (kind - MS_EV_EXTENDED - 1);
  p->used += ms_event_encode(p->payload + p->used, kind > MS_EV_EXTENDED ? MS_EV_EXTENDED : kind, fields);
  if (has_address)
    lane->address = rotated;
  lane->time = time;
  if (kind == MS_EV_THREAD)
    lane->thread = (uint32_t)a;
}

void ms_trace_writer_chunk(struct ms_trace_writer *w, uint32_t lane_number, uint32_t thread,
                           uint32_t size, bool is_unsealed) {
  struct lane *lane = find_lane(w, lane_number);
  write_chunk(w, &lane->events, lane->is_unsealed);
  lane->thread = thread;
  lane->chunk_size = size;
  lane->is_unsealed = is_unsealed;
}

uint32_t ms_trace_writer_thread(struct ms_trace_writer *w, uint32_t lane_number) {
  return find_lane(w, lane_number)->thread;
}

enum ms_status ms_trace_writer_finish(struct ms_trace_writer *w, struct ms_error *err) {
  for (uint32_t i = 0; i < w->lane_count; i++)
    write_meta(w, &w->lanes[i]);
  for (uint32_t i = 0; i < w->lane_count; i++)
    write_chunk(w, &w->lanes[i].events, w->lanes[i].is_unsealed);
  if (fflush(w->out) != 0 && !w->first_errno)
    w->first_errno = errno;
  int errnum = w->first_errno;
  free(w->lanes);
  ms_index_fini(&w->lane_index);
  free(w);
  return errnum ? ms_error_errno(err, errnum, "cannot write the trace") : MS_OK;
}
