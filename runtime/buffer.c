/* buffer.c - open and seal a lane's chunks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Chunks start small and double, so that a small program leaves a small file and a large
 * one pays for few system calls:
 *
 *   events: 16K 32K ... 1M     meta: 8K 16K ... 256K     (a nested lane: 4K and 4K first)
 *
 * limit is what the fast path compares with. It is lowered to 0 to get a lane's attention:
 * by a signal handler that has logged to another lane (times must not go back behind it)
 * and by msrt_lanes_flush.
 */
#include "runtime/buffer.h"

#include "runtime/rt_crc32c.h"
#include "runtime/lifecycle.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/rt_file.h"

#define EVENT_MAX_BYTES 34u /* header and four fields of eight bytes */
#define EVENTS_FIRST (16u << 10)
#define EVENTS_MAX (256u << 10)
#define META_FIRST (8u << 10)
#define META_MAX (256u << 10)
#define NESTED_FIRST (4u << 10)

static void start_chunk(uint8_t *chunk, const struct msrt_lane *lane, enum ms_chunk_kind kind,
                        uint32_t size, uint32_t seq) {
  struct ms_chunk_header *h = (struct ms_chunk_header *)chunk;
  h->kind = (uint16_t)kind;
  h->size = size;
  h->lane = lane->number;
  h->seq = seq;
  h->base_time = lane->last_time;
  h->base_addr = lane->last_addr << 3 | lane->last_addr >> 61;
  h->thread = lane->thread;
  h->magic = MS_CHUNK_MAGIC;
  h->head_crc = msrt_crc32c(h, offsetof(struct ms_chunk_header, head_crc));
}

static void seal_chunk(uint8_t *chunk, uint32_t size, const uint8_t *end) {
  struct ms_chunk_header *h = (struct ms_chunk_header *)chunk;
  uint32_t used = (uint32_t)(end - chunk) - (uint32_t)sizeof *h;
  h->data_crc = msrt_crc32c(chunk + sizeof *h, used);
  h->used = used;
  __atomic_store_n(&h->flags, MS_CHUNK_F_SEALED, __ATOMIC_RELEASE); /* for live readers */
  msrt_sys_unmap(chunk, size);
}

static uint32_t next_size(uint32_t size, uint32_t first, uint32_t max) {
  return size == 0 ? first : size * 2 > max ? max : size * 2;
}

void msrt_lane_seal_events(struct msrt_lane *lane) {
  if (!lane->events)
    return;
  uint8_t *chunk = lane->events;
  lane->events = NULL;
  lane->limit = NULL;
  seal_chunk(chunk, lane->events_size, lane->cur);
}

static bool open_events(struct msrt_lane *lane) {
  uint32_t size = next_size(lane->events_size, lane->nested ? NESTED_FIRST : EVENTS_FIRST, EVENTS_MAX);
  uint8_t *chunk = msrt_file_chunk(size, true);
  if (!chunk)
    return false;
  start_chunk(chunk, lane, MS_CHUNK_EVENTS, size, lane->events_seq++);
  lane->events = chunk;
  lane->events_size = size;
  lane->cur = chunk + sizeof(struct ms_chunk_header);
  lane->real_limit = chunk + size - MS_CHUNK_TAIL - EVENT_MAX_BYTES;
  lane->last_store.end = NULL;
  return true;
}

bool msrt_lane_refresh(struct msrt_thread *t, struct msrt_lane *lane) {
  if (lane->magic != MSRT_LANE_MAGIC) { /* wiped: this is a forked child */
    msrt_lifecycle_forked(t);
    return false;
  }
  if (!lane->events && !msrt_file_active()) { /* stopped: cheap from now on */
    msrt_file_drop(1);
    return false;
  }
  uint64_t mask = msrt_sys_signals_block();
  if (lane->events && (lane->cur >= lane->real_limit || lane->torn))
    msrt_lane_seal_events(lane);
  if (lane->torn) {
    lane->torn = false;
    lane->events_size = 0; /* small again: the rest of the last chunk is lost */
    if (lane->meta)
      seal_chunk(lane->meta, lane->meta_size, lane->meta_cur);
    lane->meta = NULL;
  }
  bool ok = lane->events || open_events(lane);
  if (ok) {
    /* seq_cst, as in msrt_lanes_flush: it sets flush and then limit, we set limit and then
     * look at flush, so at least one of the two sees the other. */
    __atomic_store_n(&lane->limit, lane->real_limit, __ATOMIC_SEQ_CST);
    if (__atomic_exchange_n(&lane->flush, 0, __ATOMIC_SEQ_CST)) {
      msrt_stack_cache_flush(&lane->cache);
      msrt_context_flush(&lane->contexts);
      memset(lane->copies, 0, sizeof lane->copies);
    }
    lane->countdown = 0; /* the next event reads the clock */
  } else {
    msrt_file_drop(1);
  }
  msrt_sys_signals_restore(mask);
  return ok;
}

void msrt_lane_event(struct msrt_thread *t, struct msrt_lane *lane, enum ms_event_kind kind,
                     uint64_t a, uint64_t b, bool has_b) {
  if (msrt_lane_full(lane) && !msrt_lane_refresh(t, lane))
    return;
  lane->countdown = 0;
  msrt_put_event(lane, (unsigned)kind | 4u << 4, a, 4, has_b ? MSRT_HAS_SIZE : 0, b, 0,
                 msrt_lane_delta(lane, true)); /* numbers of 32 bits */
}

static uint32_t meta_bytes(uint32_t len) {
  return (uint32_t)sizeof(struct ms_meta_head) + ((len + 7) & ~7u);
}

uint8_t *msrt_meta_reserve(struct msrt_lane *lane, uint32_t len) {
  uint32_t need = meta_bytes(len);
  if (lane->meta && lane->meta_cur + need > lane->meta + lane->meta_size) {
    uint8_t *chunk = lane->meta;
    lane->meta = NULL;
    seal_chunk(chunk, lane->meta_size, lane->meta_cur);
  }
  if (!lane->meta) {
    uint32_t size = next_size(lane->meta_size, lane->nested ? NESTED_FIRST : META_FIRST, META_MAX);
    while (size < need + sizeof(struct ms_chunk_header))
      size *= 2;
    uint8_t *chunk = size <= MS_CHUNK_MAX_SIZE ? msrt_file_chunk(size, false) : NULL;
    if (!chunk)
      return NULL;
    start_chunk(chunk, lane, MS_CHUNK_META, size, lane->meta_seq++);
    lane->meta = chunk;
    lane->meta_size = size;
    lane->meta_cur = chunk + sizeof(struct ms_chunk_header);
  }
  return lane->meta_cur + sizeof(struct ms_meta_head);
}

void msrt_meta_commit(struct msrt_lane *lane, enum ms_meta_kind type, uint32_t len) {
  struct ms_meta_head *head = (struct ms_meta_head *)lane->meta_cur;
  head->len = len;
  /* The type makes the record valid, so it is last; see msrt_put_event on the fence. */
  __atomic_thread_fence(__ATOMIC_RELEASE);
  *(volatile uint16_t *)&head->type = (uint16_t)type;
  lane->meta_cur += meta_bytes(len);
}
