/* test_trace_merge.c - lanes are merged by time, with births last among equals.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Traces are assembled from text, so the whole path from file to event is tested; the order
 * is compared with a plain sort of the same events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/trace/trace.h"
#include "analysis/trace/trace_assemble.h"
#include "test/unit/unit.h"

static struct ms_trace *open_text(char *text, size_t len) {
  char path[] = "/tmp/memscope-unit.XXXXXX";
  struct ms_trace *trace = NULL;
  struct ms_error err = {MS_OK, ""};
  FILE *in = fmemopen(text, len, "r"), *out = fdopen(mkstemp(path), "wb");
  enum ms_status status = ms_trace_assemble(in, out, &err);
  fclose(in);
  fclose(out);
  if (status == MS_OK)
    status = ms_trace_open(path, &trace, &err);
  unlink(path);
  UNIT_CHECK_STR(err.message, "");
  return status == MS_OK ? trace : NULL;
}

UNIT_TEST(at_equal_times_frees_come_before_allocs_then_the_smaller_lane) {
  char text[] = "mscope 1.0\n"
                "@5 alloc 0x10 size=1 lane=0\n@5 free 0x20 lane=1\n@5 realloc-end 0x30 size=1 lane=2\n"
                "@5 realloc-begin 0x40 lane=3\n@5 exec lane=4\n";
  static const uint32_t lanes[] = {1, 3, 4, 0, 2};
  struct ms_trace *trace = open_text(text, sizeof text - 1);
  struct ms_event event;
  for (unsigned i = 0; trace && i < 5; i++) {
    UNIT_CHECK(ms_trace_next(trace, &event));
    UNIT_CHECK_EQ(event.lane, lanes[i]);
    UNIT_CHECK_EQ(event.id, i + 1);
  }
  UNIT_CHECK(trace && !ms_trace_next(trace, &event));
  ms_trace_close(trace);
}

UNIT_TEST(within_a_lane_order_is_kept_whatever_the_kinds) {
  char text[] = "mscope 1.0\n@5 alloc 0x10 size=1\n@5 free 0x10\n@5 alloc 0x10 size=2\n@5 free 0x10\n";
  struct ms_trace *trace = open_text(text, sizeof text - 1);
  struct ms_event event;
  for (unsigned i = 0; trace && i < 4; i++) {
    ms_trace_next(trace, &event);
    UNIT_CHECK_EQ(event.kind, i % 2 ? MS_EV_FREE : MS_EV_ALLOC);
  }
  ms_trace_close(trace);
}

/* 40 lanes, 20,000 events, many equal times: twice the same, never back in time, each lane's
 * own order kept (the size counts up in every lane). */
UNIT_TEST(many_lanes) {
  enum { LANES = 40, EVENTS = 20000 };
  char *text = NULL;
  size_t len;
  FILE *out = open_memstream(&text, &len);
  uint64_t times[LANES] = {0}, sizes[LANES] = {0};
  unsigned seed = 12345;
  fprintf(out, "mscope 1.0\n");
  for (unsigned i = 0; i < EVENTS; i++) {
    seed = seed * 1103515245u + 12345u;
    unsigned lane = (seed >> 16) % LANES;
    times[lane] += (seed >> 8) % 3;
    fprintf(out, "@%llu alloc %#x size=%llu lane=%u\n", (unsigned long long)times[lane], i * 16,
            (unsigned long long)++sizes[lane], lane);
  }
  fclose(out);
  struct ms_trace *trace = open_text(text, len);
  for (int pass = 0; trace && pass < 2; pass++) {
    uint64_t last = 0, seen[LANES] = {0}, count = 0;
    unsigned wrong = 0;
    for (struct ms_event e; ms_trace_next(trace, &e); last = e.time, count++)
      wrong += e.time < last || e.size != ++seen[e.lane];
    UNIT_CHECK_EQ(wrong, 0);
    UNIT_CHECK_EQ(count, EVENTS);
    ms_trace_rewind(trace);
  }
  ms_trace_close(trace);
  free(text);
}
