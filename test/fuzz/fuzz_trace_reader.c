/* fuzz_trace_reader.c - a damaged trace gives an error or its good part, nothing else.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Checked for every input: ids are within their tables, time does not go back, a second
 * reading gives the same; what `dump` prints can be assembled and dumps the same again; and
 * finishing the file (sealing, trimming) changes none of its events. Most mutants get right
 * checksums, or nothing behind the first check would ever be tested.
 */
#include <string.h>

#include "analysis/trace/trace.h"
#include "analysis/trace/trace_assemble.h"
#include "analysis/trace/trace_dump.h"
#include "analysis/trace/trace_finish.h"
#include "analysis/trace/trace_names.h"
#include "fuzz.h"

const char *const fuzz_words[] = {NULL};

void fuzz_repair(unsigned char *data, size_t len, uint64_t choice) { fuzz_repair_trace(data, len, choice); }

static uint64_t mix(uint64_t sum, uint64_t value) { return (sum ^ value) * 0x100000001b3u; }

/* A sum over all events; IS_CHECKED: with the promises of trace.h. */
static uint64_t read_events(struct ms_trace *trace, bool is_checked) {
  uint64_t sum = 0, last = 0, count = 0;
  for (struct ms_event e; ms_trace_next(trace, &e); last = e.time) {
    sum = mix(mix(mix(mix(mix(sum, e.time), e.addr), e.size), e.number), e.kind);
    sum = mix(mix(mix(mix(sum, e.context), e.lane), e.thread), e.value);
    if (!is_checked)
      continue;
    FUZZ_CHECK(e.time >= last);
    FUZZ_CHECK(e.id == ++count);
    FUZZ_CHECK(e.context <= ms_trace_context_count(trace));
    FUZZ_CHECK(ms_event_fields[e.kind].a != 's' || e.number <= ms_trace_string_count(trace));
    FUZZ_CHECK(strcmp(ms_event_kind_name(e.kind), "?") != 0);
  }
  return sum;
}

static void check_tables(struct ms_trace *trace) {
  for (ms_context_id i = 0; i <= ms_trace_context_count(trace); i++) {
    const struct ms_trace_context *c = ms_trace_context(trace, i);
    FUZZ_CHECK(c->name_site <= ms_trace_site_count(trace) && c->call_site <= ms_trace_site_count(trace));
    for (uint32_t f = 0; f < c->frame_count; f++)
      FUZZ_CHECK(c->frames[f].module <= ms_trace_module_count(trace));
  }
}

static char *dump(struct ms_trace *trace, size_t *ret_len) {
  char *text = NULL;
  FILE *out = open_memstream(&text, ret_len);
  ms_trace_dump(trace, MS_DUMP_ALL, MS_DUMP_ALL_LANES, out);
  fclose(out);
  return text;
}

/* dump(assemble(TEXT)) is TEXT. */
static void check_text(char *text, size_t text_len) {
  char *bytes = NULL, *again;
  size_t len = 0, again_len;
  struct ms_error err;
  FILE *in = fmemopen(text, text_len, "r"), *out = open_memstream(&bytes, &len);
  enum ms_status status = ms_trace_assemble(in, out, &err);
  fclose(in);
  fclose(out);
  if (status != MS_OK)
    fprintf(stderr, "%s\n", err.message);
  FUZZ_CHECK(status == MS_OK);
  struct ms_trace *trace;
  FUZZ_CHECK(ms_trace_open(fuzz_file((unsigned char *)bytes, len), &trace, &err) == MS_OK);
  again = dump(trace, &again_len);
  FUZZ_CHECK(again_len == text_len && memcmp(text, again, text_len) == 0);
  ms_trace_close(trace);
  free(again);
  free(bytes);
}

bool fuzz_one(const unsigned char *data, size_t len) {
  struct ms_trace *trace;
  struct ms_error err = {0};
  const char *path = fuzz_file(data, len);
  enum ms_status status = ms_trace_open(path, &trace, &err);
  if (status != MS_OK) {
    FUZZ_CHECK(err.status == status && err.message[0]);
    return false;
  }
  uint64_t sum = read_events(trace, true);
  struct ms_trace_damage damage = *ms_trace_damage(trace);
  check_tables(trace);
  ms_trace_rewind(trace);
  FUZZ_CHECK(read_events(trace, false) == sum);
  FUZZ_CHECK(memcmp(&damage, ms_trace_damage(trace), sizeof damage) == 0);
  FUZZ_CHECK(!(damage.bad_chunks || damage.bad_records || damage.unknown_contexts) == !damage.first[0]);
  size_t text_len;
  char *text = dump(trace, &text_len);
  ms_trace_close(trace);

  struct ms_finish_result result;
  FUZZ_CHECK(ms_trace_finish(path, MS_FINISH_TRIM, &result, &err) == MS_OK);
  FUZZ_CHECK(ms_trace_open(path, &trace, &err) == MS_OK);
  FUZZ_CHECK(read_events(trace, false) == sum);
  ms_trace_close(trace);
  check_text(text, text_len);
  free(text);
  return true;
}
