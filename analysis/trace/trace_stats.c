/* trace_stats.c - figures about a trace: its chunks, its events, its sites.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <inttypes.h>
#include <string.h>

#include "analysis/trace/trace_dump.h"
#include "analysis/trace/trace_parts.h"

static const char *chunk_kind(unsigned kind) {
  return kind == MS_CHUNK_EVENTS ? "events" : kind == MS_CHUNK_META ? "meta" : "unknown";
}

void ms_trace_dump_chunks(struct ms_trace *trace, FILE *out) {
  unsigned char buffer[65536];
  for (size_t i = 0; i < trace->file.chunk_count; i++) {
    const struct ms_chunk *c = &trace->file.chunks[i];
    fprintf(out, "chunk %" PRIu64 " size=%u kind=%s lane=%u seq=%u thread=%u", c->offset, c->size,
            chunk_kind(c->kind), c->lane, c->seq, c->thread);
    if (c->is_sealed)
      fprintf(out, " used=%u", c->used);
    fprintf(out, " state=%s\n",
            !c->is_sealed ? "open"
            : c->is_torn  ? "torn"
            : ms_chunk_data_is_valid(&trace->file, c, buffer, sizeof buffer) ? "sealed" : "damaged");
  }
}

void ms_trace_dump_stats(struct ms_trace *trace, FILE *out) {
  uint64_t counts[MS_EVENT_KINDS] = {0}, events = 0, last = 0;
  ms_trace_rewind(trace);
  for (struct ms_event e; ms_trace_next(trace, &e); events++) {
    counts[e.kind]++;
    last = e.time;
  }
  uint64_t meta = 0, chunks[2] = {0, 0};
  for (size_t i = 0; i < trace->file.chunk_count; i++) {
    const struct ms_chunk *c = &trace->file.chunks[i];
    bool is_meta = c->kind == MS_CHUNK_META;
    chunks[is_meta]++;
    if (is_meta)
      meta += c->payload;
  }
  uint64_t bytes = ms_trace_event_bytes(trace);
  double per_event = events ? 1.0 / (double)events : 0;
  fprintf(out, "%-22s %12" PRIu64 "\n", "events", events);
  for (unsigned kind = 0; kind < MS_EVENT_KINDS; kind++)
    if (counts[kind])
      fprintf(out, "  %-20s %12" PRIu64 "\n", ms_event_kind_name(kind), counts[kind]);
  fprintf(out, "%-22s %12" PRIu64 "  %.2f an event\n", "event bytes", bytes, (double)bytes * per_event);
  fprintf(out, "%-22s %12" PRIu64 "\n", "metadata bytes", meta);
  fprintf(out, "%-22s %12" PRIu64 "  %.2f an event\n", "file bytes", trace->file.size,
          (double)trace->file.size * per_event);
  fprintf(out, "%-22s %12" PRIu64 "\n", "event chunks", chunks[0]);
  fprintf(out, "%-22s %12" PRIu64 "\n", "metadata chunks", chunks[1]);
  uint32_t lanes = 0;
  for (uint32_t i = 0; i < trace->lane_count; i++)
    lanes += trace->lanes[i].chunk_count != 0;
  fprintf(out, "%-22s %12u\n", "lanes", lanes);
  fprintf(out, "%-22s %12u\n", "threads", trace->tables.thread_count);
  fprintf(out, "%-22s %12u\n", "modules", trace->tables.module_count);
  fprintf(out, "%-22s %12u\n", "sites", trace->tables.site_count);
  fprintf(out, "%-22s %12u\n", "contexts", trace->tables.context_count);
  fprintf(out, "%-22s %12u\n", "strings", trace->tables.text_count);
  fprintf(out, "%-22s %12u\n", "symbols", trace->tables.symbol_count);
  fprintf(out, "%-22s %12" PRIu64 "\n", "dropped events", trace->file.header.dropped);
  double hz = ms_trace_tick_hz(trace);
  if (hz > 0)
    fprintf(out, "%-22s %12.6f\n", "seconds to last event", (double)last / hz);
}

/* One line of the table; WHAT says of which sites. */
struct site_counts {
  size_t all, path, type, both;
};

static void print_counts(FILE *out, const char *what, const struct site_counts *n) {
  double part = n->all ? 100.0 / (double)n->all : 0;
  fprintf(out, "%-10s %8zu %8zu %6.2f%% %8zu %6.2f%% %8zu %6.2f%%\n", what, n->all, n->path,
          (double)n->path * part, n->type, (double)n->type * part, n->both, (double)n->both * part);
}

void ms_dump_site_summary(const struct ms_trace_site *sites, size_t count, FILE *out) {
  enum { KINDS = MS_SITE_SCOPE + 1 };
  struct site_counts by_kind[KINDS] = {{0, 0, 0, 0}}, total = {0, 0, 0, 0};
  for (size_t i = 0; i < count; i++) {
    unsigned kind = sites[i].kind < KINDS ? sites[i].kind : 0;
    bool has_path = sites[i].path[0] != '\0', has_type = sites[i].type[0] != '\0';
    struct site_counts *both[2] = {&by_kind[kind], &total};
    for (size_t b = 0; b < 2; b++) {
      both[b]->all++;
      both[b]->path += has_path;
      both[b]->type += has_type;
      both[b]->both += has_path && has_type;
    }
  }
  fprintf(out, "%-10s %8s %8s %7s %8s %7s %8s %7s\n", "kind", "sites", "path", "", "type", "", "both", "");
  for (unsigned kind = 0; kind < KINDS; kind++)
    if (by_kind[kind].all)
      print_counts(out, kind ? ms_site_kind_name(kind) : "unknown", &by_kind[kind]);
  print_counts(out, "total", &total);
}
