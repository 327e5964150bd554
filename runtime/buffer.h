/* buffer.h - write events and meta records into a lane's chunks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Chunks are mapped from the trace file, so a record is safe from the moment its header is
 * stored, whatever becomes of the process. Encoding: docs/trace-format.md section 3.
 */
#ifndef MEMSCOPE_RUNTIME_BUFFER_H
#define MEMSCOPE_RUNTIME_BUFFER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "memscope/trace_format.h"
#include "runtime/rt_arch.h"
#include "runtime/shared_clock.h"
#include "runtime/thread.h"

/* Make room for one more event: open a chunk, obey flush requests, notice a fork. False:
 * the event is to be dropped (and has been counted), or T must attach again. */
bool msrt_lane_refresh(struct msrt_thread *t, struct msrt_lane *lane);

/* Whether the next event needs msrt_lane_refresh first. */
MSRT_INLINE bool msrt_lane_full(const struct msrt_lane *lane) { return lane->cur >= lane->limit; }

/* Seal the open chunks, or only note who owns the lane now. */
void msrt_lane_seal_events(struct msrt_lane *lane);

/* Append a meta record of LEN payload bytes: reserve, fill what comes back, commit. NULL:
 * no space, recording has stopped. */
uint8_t *msrt_meta_reserve(struct msrt_lane *lane, uint32_t len);
void msrt_meta_commit(struct msrt_lane *lane, enum ms_meta_kind type, uint32_t len);

/* Store V at AT in as few bytes as it needs; its length code goes to bit SHIFT of *H. The
 * eight bytes written are zero beyond the field. About 8 instructions, no branch. */
MSRT_INLINE uint8_t *msrt_put_field(uint8_t *at, uint64_t v, unsigned *h, unsigned shift) {
  unsigned len = ((63u ^ (unsigned)__builtin_clzll(v | 1)) >> 3) + 1;
  unsigned code = len - (len >> 3); /* 7 and 8 bytes share code 7 */
  memcpy(at, &v, 8);
  *h |= code << shift;
  return at + code + (code == 7);
}

/* The same for values that are below 2^48 almost always. */
MSRT_INLINE uint8_t *msrt_put_likely_small(uint8_t *at, uint64_t v, unsigned *h, unsigned shift) {
  memcpy(at, &v, 8);
  if (MSRT_UNLIKELY(v >> 48)) {
    *h |= 7u << shift; /* 7 and 8 bytes */
    return at + 8;
  }
  unsigned len = ((63u ^ (unsigned)__builtin_clzll(v | 1)) >> 3) + 1;
  *h |= len << shift;
  return at + len;
}

/* What an event has beside its kind and its context (or number). */
enum { MSRT_HAS_SIZE = 1, MSRT_HAS_BLOCK = 2 };

/* The end of every event: its ADDRESS if there is one, what the clock says, and last of all
 * the header. START is the event's, AT how far it is written. */
MSRT_INLINE void msrt_put_rest(struct msrt_lane *lane, uint8_t *start, uint8_t *at, unsigned head,
                               bool has_address, uint64_t address, uint64_t delta) {
  if (has_address) {
    uint64_t rotated = address >> 3 | address << 61;
    uint64_t d = rotated - lane->last_addr;
    lane->last_addr = rotated;
    at = msrt_put_likely_small(at, d << 1 ^ (uint64_t)((int64_t)d >> 63), &head, 10);
  }
  if (delta)
    at = msrt_put_field(at, delta, &head, 13);
  uint16_t header = (uint16_t)head;
  /* Program order is what counts: a kill stops the thread between two instructions. The
   * fence is for those who read along; it costs nothing on x86. */
  __atomic_thread_fence(__ATOMIC_RELEASE);
  memcpy(start, &header, 2);
  lane->cur = at;
}

/* Append an event; the lane must have room (msrt_lane_full). HEAD: its kind and the length
 * code of A, whose bytes are LENGTH. HAS says which of B (a size or another number) and
 * ADDRESS there are. */
MSRT_INLINE void msrt_put_event(struct msrt_lane *lane, unsigned head, uint64_t a,
                                unsigned length, unsigned has, uint64_t b, uint64_t address,
                                uint64_t delta) {
  uint8_t *start = lane->cur;
  memcpy(start + 2, &a, 8);
  uint8_t *at = start + 2 + length;
  if (has & MSRT_HAS_SIZE)
    at = msrt_put_likely_small(at, b, &head, 7);
  msrt_put_rest(lane, start, at, head, has & MSRT_HAS_BLOCK, address, delta);
}

/* The same with what comes before the address made ready: LENGTH of the 16 bytes at PREFIX, at most
 * 10; the others are zero. */
MSRT_INLINE void msrt_put_ready_event(struct msrt_lane *lane, unsigned head, const uint8_t *prefix,
                                      unsigned length, uint64_t address, uint64_t delta) {
  uint8_t *start = lane->cur;
  memcpy(start + 2, prefix, 16);
  msrt_put_rest(lane, start, start + 2 + length, head, true, address, delta);
}

/* An event off the fast path (thread, fork, exit ...): makes room and reads the clock. */
void msrt_lane_event(struct msrt_thread *t, struct msrt_lane *lane, enum ms_event_kind kind,
                     uint64_t a, uint64_t b, bool has_b);

#endif
