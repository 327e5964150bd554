/* assemble_meta.c - the definitions of a text trace: modules, sites, symbols, threads.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * All of them go to lane 0.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/assembler.h"

struct ms_trace_writer *ms_asm_writer(struct ms_assembler *a) {
  if (!a->writer)
    a->writer = ms_trace_writer_new(a->out, &a->header);
  return a->writer;
}

/* Writes the record that was built, unless the line has an error. */
static void put_meta(struct ms_assembler *a, struct ms_line *line, unsigned type) {
  if (ms_line_finish(line) == MS_OK)
    ms_trace_writer_meta(ms_asm_writer(a), 0, type, &a->record);
}

void ms_asm_info(struct ms_assembler *a, struct ms_line *line) {
  ms_record_put_str(&a->record, ms_line_word(line, "the key"));
  ms_record_put_str(&a->record, ms_line_string(line, "value", ""));
  put_meta(a, line, MS_META_INFO);
}

void ms_asm_arg(struct ms_assembler *a, struct ms_line *line) {
  ms_record_put_str(&a->record, ms_line_word(line, "the argument"));
  put_meta(a, line, MS_META_ARG);
}

void ms_asm_thread(struct ms_assembler *a, struct ms_line *line) {
  ms_record_put(&a->record, ms_line_to_number(line, "thread", ms_line_word(line, "the thread number"), UINT32_MAX), 4);
  ms_record_put(&a->record, ms_line_number(line, "os", UINT32_MAX, 0), 4);
  ms_record_put_str(&a->record, ms_line_string(line, "name", ""));
  put_meta(a, line, MS_META_THREAD);
}

static void put_hex_bytes(struct ms_assembler *a, struct ms_line *line, const char *hex) {
  size_t digits = strlen(hex);
  if (digits % 2 || strspn(hex, "0123456789abcdef") != digits) {
    ms_line_fail(line, "build: got '%.100s', expected pairs of lower-case hexadecimal digits", hex);
    digits = 0;
  }
  ms_record_put(&a->record, digits / 2, 2);
  for (size_t i = 0; i < digits; i += 2) {
    char pair[3] = {hex[i], hex[i + 1], '\0'};
    ms_record_put(&a->record, strtoul(pair, NULL, 16), 1);
  }
}

void ms_asm_module(struct ms_assembler *a, struct ms_line *line) {
  const char *id = ms_line_word(line, "the module's id");
  uint32_t number;
  if (ms_line_is_number(id)) {
    number = (uint32_t)ms_line_to_number(line, "module", id, UINT32_MAX);
    if (number == 0)
      ms_line_fail(line, "module: got 0, expected 1 or more");
  } else {
    number = a->next_module;
    if (ms_asm_check_name(line, "module", id) && ms_asm_find(a, 'm', id))
      ms_line_fail(line, "module '%s' is defined twice", id);
    ms_asm_add(a, 'm', id, number);
  }
  if (number >= a->next_module && number < UINT32_MAX)
    a->next_module = number + 1;
  uint64_t start = ms_line_number(line, "start", UINT64_MAX, (uint64_t)number << 32);
  ms_record_put(&a->record, number, 4);
  ms_record_put(&a->record, 0, 4);
  ms_record_put(&a->record, start, 8);
  ms_record_put(&a->record, ms_line_number(line, "end", UINT64_MAX, start + 0x100000), 8);
  ms_record_put(&a->record, ms_line_number(line, "bias", UINT64_MAX, 0), 8);
  put_hex_bytes(a, line, ms_line_string(line, "build", ""));
  ms_record_put_str(&a->record, ms_line_string(line, "path", ""));
  put_meta(a, line, MS_META_MODULE);
}

void ms_asm_site_record(struct ms_assembler *a, struct ms_line *line) {
  const char *id = ms_line_word(line, "the site's id");
  uint64_t key;
  if (strchr(id, ':')) {
    key = ms_asm_site(a, line, (char *)id);
    uint32_t index = (uint32_t)(key - 1);
    if ((key - 1) >> 32 == 1 && index >= a->next_site && index < UINT32_MAX)
      a->next_site = index + 1;
  } else {
    key = (UINT64_C(1) << 32 | a->next_site++) + 1;
    if (ms_asm_check_name(line, "site", id) && ms_asm_find(a, 's', id))
      ms_line_fail(line, "site '%s' is defined twice", id);
    ms_asm_add(a, 's', id, key);
  }
  struct ms_record *r = &a->record;
  ms_record_put(r, key, 8);
  ms_record_put(r, ms_line_number(line, "line", UINT32_MAX, 0), 4);
  ms_record_put(r, ms_line_number(line, "column", UINT16_MAX, 0), 2);
  ms_record_put(r, ms_line_name(line, "kind", ms_names_site_kind, UINT8_MAX, 0), 1);
  ms_record_put(r, ms_line_name(line, "slot", ms_names_slot, UINT8_MAX, 0), 1);
  ms_record_put(r, ms_line_flags(line, "flags", ms_names_site_flag, UINT32_MAX), 4);
  ms_record_put(r, ms_line_number(line, "type-size", UINT32_MAX, 0), 4);
  ms_record_put(r, ms_line_number(line, "decl-line", UINT32_MAX, 0), 4);
  ms_record_put(r, ms_line_number(line, "offset", UINT32_MAX, 0), 4);
  static const char *const strings[] = {"function", "file", "dir", "path", "type", "callee", "field", "src"};
  for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
    ms_record_put_str(r, ms_line_string(line, strings[i], ""));
  ms_record_put(r, ms_line_name(line, "src-slot", ms_names_slot, UINT8_MAX, 0), 1);
  ms_record_put(r, ms_line_number(line, "index", UINT8_MAX, 0), 1);
  put_meta(a, line, MS_META_SITE);
}

void ms_asm_symbol(struct ms_assembler *a, struct ms_line *line) {
  char *id = (char *)ms_line_word(line, "the symbol's frame");
  uint64_t frame;
  if (ms_line_is_number(id) || strchr(id, '+')) {
    frame = ms_asm_frame(a, line, id);
  } else {
    uint64_t *known = ms_asm_find(a, 'f', id);
    frame = known ? *known : a->next_frame;
    if (!known && ms_asm_check_name(line, "symbol", id)) {
      ms_asm_add(a, 'f', id, frame);
      a->next_frame += 16;
    }
  }
  ms_record_put(&a->record, frame, 8);
  ms_record_put(&a->record, ms_line_number(line, "level", UINT16_MAX, 0), 2);
  ms_record_put(&a->record, 0, 2);
  ms_record_put(&a->record, ms_line_number(line, "line", UINT32_MAX, 0), 4);
  ms_record_put_str(&a->record, ms_line_string(line, "function", ""));
  ms_record_put_str(&a->record, ms_line_string(line, "file", ""));
  put_meta(a, line, MS_META_SYMBOL);
}
