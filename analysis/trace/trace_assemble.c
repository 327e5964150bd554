/* trace_assemble.c - see trace_assemble.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One pass, line by line. The header goes out with the first record that is not part of it.
 */
#include "analysis/trace/trace_assemble.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/assembler.h"

#define FIRST_SYMBOL_ADDRESS 0x100000u

static void read_mscope(struct ms_assembler *a, struct ms_line *line) {
  char *version = (char *)ms_line_word(line, "the version");
  char *dot = strchr(version, '.');
  if (dot)
    *dot = '\0';
  a->header.version_major = (uint16_t)ms_line_to_number(line, "version", version, UINT16_MAX);
  if (dot)
    a->header.version_minor = (uint16_t)ms_line_to_number(line, "version", dot + 1, UINT16_MAX);
  a->header.features = ms_line_number(line, "features", UINT64_MAX, 0);
  a->has_version = true;
}

static void read_process(struct ms_assembler *a, struct ms_line *line) {
  struct ms_trace_header *h = &a->header;
  h->pid = (uint32_t)ms_line_number(line, "pid", UINT32_MAX, h->pid);
  h->ppid = (uint32_t)ms_line_number(line, "ppid", UINT32_MAX, 0);
  h->start_time = ms_line_number(line, "start", UINT64_MAX, h->start_time);
  h->start_unix_ns = ms_line_number(line, "start-unix", UINT64_MAX, 0);
  h->tick_hz = ms_line_number(line, "hz", UINT64_MAX, h->tick_hz);
  h->arch = (uint8_t)ms_line_name(line, "arch", ms_names_arch, UINT8_MAX, h->arch);
  h->abi_version = (uint16_t)ms_line_number(line, "abi", UINT16_MAX, h->abi_version);
  h->fork_parent = (uint32_t)ms_line_number(line, "fork-parent", UINT32_MAX, 0);
  h->fork_time = ms_line_number(line, "fork-time", UINT64_MAX, 0);
}

static void read_status(struct ms_assembler *a, struct ms_line *line) {
  struct ms_trace_header *h = &a->header;
  h->state = ms_line_name(line, "state", ms_names_state, UINT32_MAX, MS_STATE_EXITED);
  h->last_time = ms_line_number(line, "last", UINT64_MAX, 0);
  h->last_unix_ns = ms_line_number(line, "last-unix", UINT64_MAX, 0);
  h->stop_reason = ms_line_name(line, "stop", ms_names_stop, UINT32_MAX, 0);
  h->stop_errno = (uint32_t)ms_line_number(line, "errno", UINT32_MAX, 0);
  h->thread_count = (uint32_t)ms_line_number(line, "threads", UINT32_MAX, 0);
  h->dropped = ms_line_number(line, "dropped", UINT64_MAX, 0);
}

static const struct {
  const char *name;
  void (*read)(struct ms_assembler *, struct ms_line *);
  bool is_header;
} records[] = {
    {"mscope", read_mscope, true}, {"process", read_process, true}, {"status", read_status, true},
    {"info", ms_asm_info, false},    {"arg", ms_asm_arg, false},        {"thread", ms_asm_thread, false},
    {"module", ms_asm_module, false}, {"site", ms_asm_site_record, false},     {"symbol", ms_asm_symbol, false},
    {"context", ms_asm_context, false}, {"lane", ms_asm_lane, false},
};

static enum ms_status read_line(struct ms_assembler *a, struct ms_line *line) {
  const char *word = ms_line_word(line, "the type of the record");
  ms_record_clear(&a->record);
  if (line->status != MS_OK)
    return line->status;
  if (a->has_version != (strcmp(word, "mscope") != 0))
    return ms_line_fail(line, a->has_version ? "a second 'mscope', expected it once" :
                        "got '%.100s', expected 'mscope 1.0' first", word);
  if (word[0] == '@') {
    ms_asm_event(a, line, word + 1);
    return line->status;
  }
  for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
    if (strcmp(word, records[i].name) != 0)
      continue;
    if (records[i].is_header && a->writer)
      return ms_line_fail(line, "'%s' must come before the first record of another type", word);
    records[i].read(a, line);
    return ms_line_finish(line);
  }
  return ms_line_fail(line, "got '%.100s', expected a type of record or @TIME", word);
}

static void free_assembler(struct ms_assembler *a) {
  ms_asm_free_labels(a);
  for (uint32_t i = 0; i < a->context_count; i++)
    ms_record_fini(&a->contexts[i]);
  free(a->contexts);
  free(a->lane_times);
  free(a->lane_numbers);
  ms_index_fini(&a->lane_index);
  ms_record_fini(&a->record);
}

enum ms_status ms_trace_assemble(FILE *in, FILE *out, struct ms_error *err) {
  struct ms_assembler a = {.out = out, .next_module = 1, .next_frame = FIRST_SYMBOL_ADDRESS};
  struct ms_trace_header *h = &a.header;
  memcpy(h->magic, MS_TRACE_MAGIC, sizeof h->magic);
  h->header_size = MS_TRACE_PAGE;
  h->pointer_bytes = 8;
  h->arch = 1;
  h->abi_version = 1;
  h->pid = 1;
  h->start_time = 1000;
  h->tick_hz = 1000000000;
  h->state = MS_STATE_EXITED;

  enum ms_status status = MS_OK;
  char *text = NULL;
  size_t capacity = 0, number = 0;
  struct ms_line line;
  for (ssize_t len; status == MS_OK && (len = getline(&text, &capacity, in)) >= 0;) {
    status = ms_line_parse(&line, text, (size_t)len, ++number, err);
    if (status == MS_OK && line.count)
      status = read_line(&a, &line);
  }
  if (status == MS_OK && ferror(in))
    status = ms_error_errno(err, errno, "cannot read the text");
  if (status == MS_OK && !a.has_version)
    status = ms_error_set(err, MS_ERR_INPUT, "line %zu: the text ends, expected 'mscope 1.0'", number + 1);
  if (status == MS_OK)
    ms_asm_writer(&a);
  if (a.writer) {
    enum ms_status finished = ms_trace_writer_finish(a.writer, status == MS_OK ? err : NULL);
    status = status == MS_OK ? finished : status;
  }
  free(text);
  free_assembler(&a);
  return status;
}
