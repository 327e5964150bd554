/* trace_merge.c - merges the lanes by time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A binary heap of the lanes, each ordered by its next event: (time, births last, lane
 * number). The time of the runner-up is kept at hand, so as long as one lane stays ahead
 * an event costs one comparison and a copy.
 */
#include <stdlib.h>

#include "analysis/trace/trace_parts.h"

static inline const struct ms_event *head(const struct ms_lane *lane) { return &lane->batch[lane->batch_at]; }

static inline bool is_birth(const struct ms_event *event) {
  return event->kind == MS_EV_ALLOC || event->kind == MS_EV_REALLOC_END;
}

static bool is_earlier(const struct ms_lane *a, const struct ms_lane *b) {
  const struct ms_event *x = head(a), *y = head(b);
  if (x->time != y->time)
    return x->time < y->time;
  return is_birth(x) != is_birth(y) ? is_birth(y) : a->number < b->number;
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

/* Puts the lane with the earliest event first and remembers the runner-up's time. */
static void settle(struct ms_trace *trace) {
  if (trace->heap_count > 1)
    sift_down(trace, 0);
  trace->runner_up = UINT64_MAX;
  for (uint32_t i = 1; i < 3 && i < trace->heap_count; i++)
    if (head(trace->heap[i])->time < trace->runner_up)
      trace->runner_up = head(trace->heap[i])->time;
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
    if (ms_lane_fill(trace, lane))
      trace->heap[trace->heap_count++] = lane;
  }
  for (uint32_t i = trace->heap_count / 2; i-- > 0;)
    sift_down(trace, i);
  settle(trace);
  trace->is_started = true;
}

bool ms_trace_next(struct ms_trace *trace, struct ms_event *event) {
  if (!trace->is_started)
    start(trace);
  if (!trace->heap_count)
    return false;
  struct ms_lane *lane = trace->heap[0];
  *event = *head(lane);
  event->id = trace->next_id++;
  if (++lane->batch_at == lane->batch_count && !ms_lane_fill(trace, lane)) {
    trace->heap[0] = trace->heap[--trace->heap_count];
    settle(trace);
  } else if (head(lane)->time >= trace->runner_up) {
    settle(trace);
  }
  return true;
}

void ms_trace_rewind(struct ms_trace *trace) {
  trace->damage = trace->damage_at_open;
  trace->is_started = false;
}

uint64_t ms_trace_event_bytes(const struct ms_trace *trace) { return trace->event_bytes; }
