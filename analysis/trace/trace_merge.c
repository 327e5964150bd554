/* trace_merge.c - merges the lanes by time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A binary heap of the lanes, each ordered by its head event: (time, births last, lane
 * number). The heap keeps its root as long as one lane stays the earliest, which costs two
 * comparisons an event, none for a trace of one lane.
 */
#include <stdlib.h>

#include "analysis/trace/trace_parts.h"

static inline bool is_earlier(const struct ms_lane *a, const struct ms_lane *b) {
  return a->head.time != b->head.time ? a->head.time < b->head.time : a->tie < b->tie;
}

static void sift_down(struct ms_trace *trace, uint32_t at) {
  struct ms_lane **heap = trace->heap;
  struct ms_lane *lane = heap[at];
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= trace->heap_count)
      break;
    if (child + 1 < trace->heap_count && is_earlier(heap[child + 1], heap[child]))
      child++;
    if (!is_earlier(heap[child], lane))
      break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = lane;
}

static void start(struct ms_trace *trace) {
  trace->heap = ms_xrealloc(trace->heap, trace->lane_count, sizeof *trace->heap);
  trace->heap_count = 0;
  trace->next_id = 1;
  trace->event_bytes = 0;
  for (uint32_t i = 0; i < trace->lane_count; i++) {
    struct ms_lane *lane = &trace->lanes[i];
    if (!lane->chunk_count)
      continue;
    ms_lane_start(trace, lane);
    if (ms_lane_next(trace, lane))
      trace->heap[trace->heap_count++] = lane;
  }
  for (uint32_t i = trace->heap_count / 2; i-- > 0;)
    sift_down(trace, i);
  trace->is_started = true;
}

bool ms_trace_next(struct ms_trace *trace, struct ms_event *event) {
  if (!trace->is_started)
    start(trace);
  if (!trace->heap_count)
    return false;
  struct ms_lane *lane = trace->heap[0];
  *event = lane->head;
  event->id = trace->next_id++;
  if (!ms_lane_next(trace, lane))
    trace->heap[0] = trace->heap[--trace->heap_count];
  if (trace->heap_count > 1)
    sift_down(trace, 0);
  return true;
}

void ms_trace_rewind(struct ms_trace *trace) {
  trace->damage = trace->damage_at_open;
  trace->is_started = false;
}

uint64_t ms_trace_event_bytes(const struct ms_trace *trace) { return trace->event_bytes; }
