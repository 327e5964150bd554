/* assemble_event.c - the events of a text trace, their contexts and strings.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A context is defined in lane 0 and again in another lane when an event there first uses
 * it, under the same id; a string in each lane that uses it. What an event has to say
 * follows from the letters of its kind in records.def.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/assembler.h"
#include "support/grow.h"

#define FRAMES_MAX 255u

/* Builds the payload of a context with ID from the keys of LINE. */
static void build_context(struct ms_assembler *a, struct ms_line *line, uint32_t id) {
  uint64_t frames[FRAMES_MAX];
  size_t count = 0;
  if (ms_line_has(line, "site") && (ms_line_has(line, "name") || ms_line_has(line, "call")))
    ms_line_fail(line, "site stands for name and call, expected it alone");
  uint64_t both = ms_asm_site_of(a, line, "site");
  uint64_t name = ms_asm_site_of(a, line, "name"), call = ms_asm_site_of(a, line, "call");
  char *list = (char *)ms_line_string(line, "frames", NULL);
  for (char *item; line->status == MS_OK && (item = ms_line_next_item(&list));) {
    if (count == FRAMES_MAX)
      ms_line_fail(line, "frames: more than %u", FRAMES_MAX);
    else
      frames[count++] = ms_asm_frame(a, line, item);
  }
  ms_record_put(&a->record, id, 4);
  ms_record_put(&a->record, ms_line_name(line, "fn", ms_names_fn, UINT8_MAX, 0), 1);
  ms_record_put(&a->record, count, 1);
  ms_record_put(&a->record, ms_line_flags(line, "flags", ms_names_context_flag, UINT16_MAX), 2);
  ms_record_put(&a->record, both ? both : name, 8);
  ms_record_put(&a->record, both ? both : call, 8);
  ms_record_put_bytes(&a->record, frames, count * sizeof frames[0]);
}

/* Keeps the context that was built and defines it in lane 0. */
static uint32_t add_context(struct ms_assembler *a) {
  MS_GROW(a->contexts, a->context_count, a->context_capacity);
  struct ms_record *copy = &a->contexts[a->context_count++];
  memset(copy, 0, sizeof *copy);
  ms_record_put_bytes(copy, a->record.bytes, a->record.len);
  ms_trace_writer_meta(ms_asm_writer(a), 0, MS_META_CONTEXT, copy);
  return a->context_count;
}

/* The label of a context: numbers in one spelling. */
static void context_label(struct ms_line *line, const char *text, char label[1024]) {
  if (ms_line_is_number(text))
    snprintf(label, 1024, "%llu", (unsigned long long)ms_line_to_number(line, "context", text, UINT64_MAX));
  else if (ms_asm_check_name(line, "context", text))
    snprintf(label, 1024, "%s", text);
  else
    label[0] = '\0';
}

void ms_asm_context(struct ms_assembler *a, struct ms_line *line) {
  char label[1024];
  context_label(line, ms_line_word(line, "the context's id"), label);
  if (ms_asm_find(a, 'c', label))
    ms_line_fail(line, "context '%s' is defined twice", label);
  build_context(a, line, a->context_count + 1);
  if (ms_line_finish(line) == MS_OK)
    ms_asm_add(a, 'c', label, add_context(a));
}

/* The context of an event: by id, or written out, or none. */
static uint32_t event_context(struct ms_assembler *a, struct ms_line *line) {
  const char *id = ms_line_string(line, "ctx", NULL);
  if (id) {
    char label[1024];
    context_label(line, id, label);
    uint64_t *value = ms_asm_find(a, 'c', label);
    return (uint32_t)(value ? *value : ms_asm_undefined(line, "context", id));
  }
  static const char *const keys[] = {"fn", "site", "name", "call", "flags", "frames"};
  bool is_inline = false;
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    is_inline |= ms_line_has(line, keys[i]);
  if (!is_inline)
    return 0;
  ms_record_clear(&a->record);
  build_context(a, line, 0);
  if (line->status != MS_OK)
    return 0;
  a->record.bytes[0] = 'I'; /* the id is 0 here: the label of an inline context is its content */
  uint64_t *known = ms_asm_find_label(a, a->record.bytes, a->record.len);
  if (known)
    return (uint32_t)*known;
  uint32_t next = a->context_count + 1;
  ms_asm_add_label(a, a->record.bytes, a->record.len, next);
  memcpy(a->record.bytes, &next, sizeof next);
  return add_context(a);
}

/* Whether ID of KIND (the letter of its names) is now for the first time used in LANE. */
static bool is_new_in_lane(struct ms_assembler *a, uint32_t lane, char kind, uint32_t id) {
  uint64_t key[2] = {(uint64_t)(unsigned char)kind << 32 | lane, id};
  if (ms_asm_find_label(a, key, sizeof key))
    return false;
  ms_asm_add_label(a, key, sizeof key, 1);
  return true;
}

/* Defines context ID in LANE if it is not known there. */
static void define_in_lane(struct ms_assembler *a, uint32_t lane, uint32_t id) {
  if (id && lane && is_new_in_lane(a, lane, 'c', id))
    ms_trace_writer_meta(ms_asm_writer(a), lane, MS_META_CONTEXT, &a->contexts[id - 1]);
}

/* The id of TEXT, 0 for none; defined in LANE if it is not known there. */
static uint32_t event_string(struct ms_assembler *a, uint32_t lane, const char *text) {
  if (!*text)
    return 0;
  ms_record_clear(&a->record);
  ms_record_put(&a->record, 'S', 1); /* the label of a string is its content */
  ms_record_put_bytes(&a->record, text, strlen(text));
  uint64_t *known = ms_asm_find_label(a, a->record.bytes, a->record.len);
  if (!known)
    ms_asm_add_label(a, a->record.bytes, a->record.len, a->string_count + 1);
  uint32_t id = known ? (uint32_t)*known : ++a->string_count;
  if (!is_new_in_lane(a, lane, 's', id))
    return id;
  ms_record_clear(&a->record);
  ms_record_put(&a->record, id, 4);
  ms_record_put(&a->record, 0, 4);
  ms_record_put_str(&a->record, text);
  ms_trace_writer_meta(ms_asm_writer(a), lane, MS_META_STRING, &a->record);
  return id;
}

void ms_asm_lane(struct ms_assembler *a, struct ms_line *line) {
  uint32_t lane = (uint32_t)ms_line_to_number(line, "lane", ms_line_word(line, "the lane's number"), UINT32_MAX);
  uint32_t thread = (uint32_t)ms_line_number(line, "thread", UINT32_MAX, ms_trace_writer_thread(ms_asm_writer(a), lane));
  uint32_t size = (uint32_t)ms_line_number(line, "size", MS_CHUNK_MAX_SIZE, 65536);
  bool is_unsealed = ms_line_number(line, "unsealed", 1, 0);
  if (size < MS_TRACE_PAGE || size % MS_TRACE_PAGE)
    ms_line_fail(line, "size: got %u, expected a multiple of %u", size, MS_TRACE_PAGE);
  if (ms_line_finish(line) == MS_OK)
    ms_trace_writer_chunk(ms_asm_writer(a), lane, thread, size, is_unsealed);
}

/* The place of LANE's last time. */
static uint64_t *lane_time(struct ms_assembler *a, uint32_t lane) {
  uint64_t hash = ms_hash_u64(lane);
  struct ms_index_cursor ic = ms_index_start(&a->lane_index, hash);
  for (uint32_t i; ms_index_next(&a->lane_index, &ic, &i);)
    if (a->lane_numbers[i] == lane)
      return &a->lane_times[i];
  ms_index_add(&a->lane_index, hash, a->lane_count);
  MS_GROW(a->lane_times, a->lane_count, a->lane_time_capacity);
  MS_GROW(a->lane_numbers, a->lane_count, a->lane_number_capacity);
  a->lane_numbers[a->lane_count] = lane;
  a->lane_times[a->lane_count] = 0;
  return &a->lane_times[a->lane_count++];
}

static uint64_t event_time(struct ms_assembler *a, struct ms_line *line, const char *text, uint32_t lane) {
  uint64_t time = ms_line_to_number(line, "time", text + (text[0] == '+'), UINT64_MAX);
  if (text[0] == '+' && __builtin_add_overflow(a->last_time, time, &time))
    ms_line_fail(line, "time: got @%s, expected a sum below 2^64", text);
  uint64_t *last = lane_time(a, lane);
  if (time < *last)
    ms_line_fail(line, "time: got %llu, expected at least %llu, the time of the event before in lane %u",
                 (unsigned long long)time, (unsigned long long)*last, lane);
  if (time > UINT64_MAX - a->header.start_time)
    ms_line_fail(line, "time: got %llu, expected at most 2^64 - start", (unsigned long long)time);
  *last = a->last_time = time;
  return time;
}

void ms_asm_event(struct ms_assembler *a, struct ms_line *line, const char *time_text) {
  const char *name = ms_line_word(line, "the kind of the event");
  uint32_t kind = 0;
  if (line->status == MS_OK && !ms_name_value(ms_names_event, name, &kind)) {
    ms_line_fail(line, "got '%.100s', expected a kind of event", name);
    return;
  }
  uint32_t lane = (uint32_t)ms_line_number(line, "lane", UINT32_MAX, 0);
  uint64_t time = event_time(a, line, time_text, lane);
  const struct ms_event_fields *f = &ms_event_fields[kind];
  const char *text = "";
  uint64_t field_a = 0, field_b = 0, address = 0;
  if (f->c == 'a')
    address = ms_line_to_number(line, "address", ms_line_word(line, "the address"), UINT64_MAX);
  if (f->a == 's')
    text = ms_line_word(line, "the string");
  else if (f->a == 'c')
    field_a = event_context(a, line);
  else if (f->a == 'n' && kind != MS_EV_EXIT)
    field_a = ms_line_to_number(line, "number", ms_line_word(line, "the number"), UINT64_MAX);
  else if (kind == MS_EV_EXIT && ms_line_has(line, "status"))
    field_a = ms_line_number(line, "status", UINT64_MAX - 1, 0) + 1;
  if (f->b != '-')
    field_b = ms_line_number(line, kind == MS_EV_THREAD ? "os" : f->b == 'z' ? "size" : "value", UINT64_MAX, 0);
  if (strlen(text) > MS_STR_MAX)
    ms_line_fail(line, "a string of %zu bytes, expected at most %u", strlen(text), MS_STR_MAX);
  if (ms_line_finish(line) != MS_OK)
    return;
  if (f->a == 's')
    field_a = event_string(a, lane, text);
  else if (f->a == 'c')
    define_in_lane(a, lane, (uint32_t)field_a);
  ms_trace_writer_event(ms_asm_writer(a), lane, kind, field_a, field_b, f->c == 'a', address,
                        a->header.start_time + time);
}
