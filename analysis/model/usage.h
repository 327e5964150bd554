/* usage.h - how much memory something uses, now, in all, and when most was used.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The same counters serve the whole program, one context and one thread. What each of many
 * counters held at the moment of the program's peak is kept exactly at O(1) an event: a
 * counter that has not changed since the peak still holds it; the first change after the
 * peak saves it. peak_seq is the number of the event at which the program's live bytes
 * were last higher than ever before.
 *
 *   events  1   2   3   4   5   6      counter changes at 2 and 6, the peak is at 4:
 *   counter .   x   .   .   .   x      at 6, changed_seq = 2 <= 4, so the value that
 *   peak                P              it has before the change is its value at the peak.
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_USAGE_H
#define MEMSCOPE_ANALYSIS_MODEL_USAGE_H

#include <stdint.h>

struct ms_usage {
  uint64_t live_bytes, live_blocks;
  uint64_t changed_seq; /* the event that changed it last */
  uint64_t peak_bytes, peak_blocks; /* live at the program's peak; valid after ms_usage_settle */
  uint64_t allocations, frees, bytes; /* in all; a realloc is one of each */
};

/* Brings the peak_ fields up to date, with every event before the next one. */
static inline void ms_usage_settle(struct ms_usage *u, uint64_t peak_seq) {
  if (u->changed_seq <= peak_seq) {
    u->peak_bytes = u->live_bytes;
    u->peak_blocks = u->live_blocks;
  }
}

/* A block of SIZE bytes begins at event SEQ, or ends; PEAK_SEQ as it was before. */
static inline void ms_usage_begin(struct ms_usage *u, uint64_t size, uint64_t seq, uint64_t peak_seq) {
  ms_usage_settle(u, peak_seq);
  u->changed_seq = seq;
  u->live_bytes += size;
  u->live_blocks++;
}

static inline void ms_usage_end(struct ms_usage *u, uint64_t size, uint64_t seq, uint64_t peak_seq) {
  ms_usage_settle(u, peak_seq);
  u->changed_seq = seq;
  u->live_bytes -= size;
  u->live_blocks--;
}

#endif
