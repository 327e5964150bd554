/* trace_assemble.c - see trace_assemble.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One pass, line by line. The header goes out with the first record that is not part of it.
 * Definitions go to lane 0; a context is defined again in another lane when an event there
 * first uses it, under the same id. Names are kept in one table, told apart by a letter in
 * front: m(odule), s(ite), f(rame), c(ontext), and I for a context written at an event.
 */
#include "analysis/trace/trace_assemble.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/text_line.h"
#include "analysis/trace/trace.h"
#include "analysis/trace/trace_writer.h"
#include "support/grow.h"
#include "support/index.h"

#define FRAMES_MAX 255u
#define FIRST_SYMBOL_ADDRESS 0x100000u

struct label {
  char *key; /* LEN bytes */
  size_t len;
  uint64_t value;
};

struct assembler {
  FILE *out;
  struct ms_trace_header header;
  struct ms_trace_writer *writer; /* NULL: the header is not written yet */
  bool has_version;

  struct label *labels;
  uint32_t label_count, label_capacity;
  struct ms_index label_index;

  uint32_t next_module, next_site; /* for names */
  uint64_t next_frame;

  struct ms_record *contexts; /* payloads; the id is the position + 1 */
  uint32_t context_count, context_capacity;
  struct ms_index context_lanes; /* hash of (lane, id) -> id: defined there */

  uint64_t *lane_times; /* last time of each lane in lane_index */
  uint32_t *lane_numbers;
  uint32_t lane_count, lane_time_capacity, lane_number_capacity;
  struct ms_index lane_index;
  uint64_t last_time; /* of the event before, any lane */

  struct ms_record record;
};

/* -- names ---------------------------------------------------------------------------- */

static uint64_t *find_label(struct assembler *a, const void *key, size_t len) {
  struct ms_index_cursor ic = ms_index_start(&a->label_index, ms_hash_bytes(key, len));
  for (uint32_t i; ms_index_next(&a->label_index, &ic, &i);)
    if (a->labels[i].len == len && memcmp(a->labels[i].key, key, len) == 0)
      return &a->labels[i].value;
  return NULL;
}

static void add_label(struct assembler *a, const void *key, size_t len, uint64_t value) {
  MS_GROW(a->labels, a->label_count, a->label_capacity);
  ms_index_add(&a->label_index, ms_hash_bytes(key, len), a->label_count);
  char *copy = ms_xmalloc(len);
  memcpy(copy, key, len);
  a->labels[a->label_count++] = (struct label){copy, len, value};
}

static uint64_t *find_name(struct assembler *a, char space, const char *name) {
  char key[1024];
  int len = snprintf(key, sizeof key, "%c%s", space, name);
  return find_label(a, key, (size_t)len < sizeof key ? (size_t)len : sizeof key - 1);
}

static void add_name(struct assembler *a, char space, const char *name, uint64_t value) {
  char key[1024];
  int len = snprintf(key, sizeof key, "%c%s", space, name);
  add_label(a, key, (size_t)len < sizeof key ? (size_t)len : sizeof key - 1, value);
}

/* A name for a new thing: not a number, not too long. */
static bool check_name(struct ms_line *line, const char *what, const char *name) {
  size_t len = strlen(name);
  bool is_good = len > 0 && len < 1000 && !strchr("0123456789-.", name[0]);
  for (const char *s = name; *s && is_good; s++)
    is_good = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", *s) != NULL;
  if (!is_good)
    ms_line_fail(line, "%s: got '%.100s', expected a number or a name", what, name);
  return is_good;
}

/* -- references ----------------------------------------------------------------------- */

static uint64_t undefined(struct ms_line *line, const char *what, const char *name) {
  ms_line_fail(line, "%s '%.200s' is not defined", what, name);
  return 0;
}

static uint32_t module_ref(struct assembler *a, struct ms_line *line, const char *text, uint32_t most) {
  if (ms_line_is_number(text))
    return (uint32_t)ms_line_to_number(line, "module", text, most);
  uint64_t *value = find_name(a, 'm', text);
  return (uint32_t)(value ? *value : undefined(line, "module", text));
}

/* MODULE:INDEX or a name, as a site key; TEXT is changed. */
static uint64_t site_ref(struct assembler *a, struct ms_line *line, char *text) {
  char *colon = strchr(text, ':');
  if (!colon) {
    uint64_t *value = find_name(a, 's', text);
    return value ? *value : undefined(line, "site", text);
  }
  *colon = '\0';
  uint64_t module = module_ref(a, line, text, UINT32_MAX);
  uint64_t key = (module << 32 | ms_line_to_number(line, "site index", colon + 1, UINT32_MAX)) + 1;
  *colon = ':';
  if (key == 0)
    ms_line_fail(line, "site %s is beyond the last one that a trace can hold", text);
  return key;
}

static uint64_t site_key(struct assembler *a, struct ms_line *line, const char *key) {
  const char *text = ms_line_string(line, key, NULL);
  return text ? site_ref(a, line, (char *)text) : 0;
}

/* MODULE+OFFSET, an address or the name of a symbol; TEXT is changed. */
static uint64_t frame_ref(struct assembler *a, struct ms_line *line, char *text) {
  char *plus = strchr(text, '+');
  if (plus) {
    *plus = '\0';
    uint64_t module = module_ref(a, line, text, 0xffff);
    return module << 48 | ms_line_to_number(line, "offset", plus + 1, 0xffffffffffff);
  }
  if (ms_line_is_number(text))
    return ms_line_to_number(line, "frame", text, UINT64_MAX);
  uint64_t *value = find_name(a, 'f', text);
  return value ? *value : undefined(line, "symbol", text);
}

/* -- metadata ------------------------------------------------------------------------- */

static struct ms_trace_writer *writer(struct assembler *a) {
  if (!a->writer)
    a->writer = ms_trace_writer_new(a->out, &a->header);
  return a->writer;
}

/* Writes the record that was built, unless the line has an error. */
static void put_meta(struct assembler *a, struct ms_line *line, unsigned type) {
  if (ms_line_finish(line) == MS_OK)
    ms_trace_writer_meta(writer(a), 0, type, &a->record);
}

static void read_mscope(struct assembler *a, struct ms_line *line) {
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

static void read_process(struct assembler *a, struct ms_line *line) {
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

static void read_status(struct assembler *a, struct ms_line *line) {
  struct ms_trace_header *h = &a->header;
  h->state = ms_line_name(line, "state", ms_names_state, UINT32_MAX, MS_STATE_EXITED);
  h->last_time = ms_line_number(line, "last", UINT64_MAX, 0);
  h->last_unix_ns = ms_line_number(line, "last-unix", UINT64_MAX, 0);
  h->stop_reason = ms_line_name(line, "stop", ms_names_stop, UINT32_MAX, 0);
  h->stop_errno = (uint32_t)ms_line_number(line, "errno", UINT32_MAX, 0);
  h->thread_count = (uint32_t)ms_line_number(line, "threads", UINT32_MAX, 0);
  h->dropped = ms_line_number(line, "dropped", UINT64_MAX, 0);
}

static void read_info(struct assembler *a, struct ms_line *line) {
  ms_record_put_str(&a->record, ms_line_word(line, "the key"));
  ms_record_put_str(&a->record, ms_line_string(line, "value", ""));
  put_meta(a, line, MS_META_INFO);
}

static void read_arg(struct assembler *a, struct ms_line *line) {
  ms_record_put_str(&a->record, ms_line_word(line, "the argument"));
  put_meta(a, line, MS_META_ARG);
}

static void read_thread(struct assembler *a, struct ms_line *line) {
  ms_record_put(&a->record, ms_line_to_number(line, "thread", ms_line_word(line, "the thread number"), UINT32_MAX), 4);
  ms_record_put(&a->record, ms_line_number(line, "os", UINT32_MAX, 0), 4);
  ms_record_put_str(&a->record, ms_line_string(line, "name", ""));
  put_meta(a, line, MS_META_THREAD);
}

static void put_hex_bytes(struct assembler *a, struct ms_line *line, const char *hex) {
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

static void read_module(struct assembler *a, struct ms_line *line) {
  const char *id = ms_line_word(line, "the module's id");
  uint32_t number;
  if (ms_line_is_number(id)) {
    number = (uint32_t)ms_line_to_number(line, "module", id, UINT32_MAX);
    if (number == 0)
      ms_line_fail(line, "module: got 0, expected 1 or more");
  } else {
    number = a->next_module;
    if (check_name(line, "module", id) && find_name(a, 'm', id))
      ms_line_fail(line, "module '%s' is defined twice", id);
    add_name(a, 'm', id, number);
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

static void read_site(struct assembler *a, struct ms_line *line) {
  const char *id = ms_line_word(line, "the site's id");
  uint64_t key;
  if (strchr(id, ':')) {
    key = site_ref(a, line, (char *)id);
    uint32_t index = (uint32_t)(key - 1);
    if ((key - 1) >> 32 == 1 && index >= a->next_site && index < UINT32_MAX)
      a->next_site = index + 1;
  } else {
    key = (UINT64_C(1) << 32 | a->next_site++) + 1;
    if (check_name(line, "site", id) && find_name(a, 's', id))
      ms_line_fail(line, "site '%s' is defined twice", id);
    add_name(a, 's', id, key);
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
  ms_record_put(r, 0, 4);
  static const char *const strings[] = {"function", "file", "dir", "path", "type", "callee"};
  for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
    ms_record_put_str(r, ms_line_string(line, strings[i], ""));
  put_meta(a, line, MS_META_SITE);
}

static void read_symbol(struct assembler *a, struct ms_line *line) {
  char *id = (char *)ms_line_word(line, "the symbol's frame");
  uint64_t frame;
  if (ms_line_is_number(id) || strchr(id, '+')) {
    frame = frame_ref(a, line, id);
  } else {
    uint64_t *known = find_name(a, 'f', id);
    frame = known ? *known : a->next_frame;
    if (!known && check_name(line, "symbol", id)) {
      add_name(a, 'f', id, frame);
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

/* -- contexts ------------------------------------------------------------------------- */

/* Builds the payload of a context with ID from the keys of LINE. */
static void build_context(struct assembler *a, struct ms_line *line, uint32_t id) {
  uint64_t frames[FRAMES_MAX];
  size_t count = 0;
  if (ms_line_has(line, "site") && (ms_line_has(line, "name") || ms_line_has(line, "call")))
    ms_line_fail(line, "site stands for name and call, expected it alone");
  uint64_t both = site_key(a, line, "site");
  uint64_t name = site_key(a, line, "name"), call = site_key(a, line, "call");
  char *list = (char *)ms_line_string(line, "frames", NULL);
  for (char *item; line->status == MS_OK && (item = ms_line_next_item(&list));) {
    if (count == FRAMES_MAX)
      ms_line_fail(line, "frames: more than %u", FRAMES_MAX);
    else
      frames[count++] = frame_ref(a, line, item);
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
static uint32_t add_context(struct assembler *a) {
  MS_GROW(a->contexts, a->context_count, a->context_capacity);
  struct ms_record *copy = &a->contexts[a->context_count++];
  memset(copy, 0, sizeof *copy);
  ms_record_put_bytes(copy, a->record.bytes, a->record.len);
  ms_trace_writer_meta(writer(a), 0, MS_META_CONTEXT, copy);
  return a->context_count;
}

/* The label of a context: numbers in one spelling. */
static void context_label(struct ms_line *line, const char *text, char label[1024]) {
  if (ms_line_is_number(text))
    snprintf(label, 1024, "%llu", (unsigned long long)ms_line_to_number(line, "context", text, UINT64_MAX));
  else if (check_name(line, "context", text))
    snprintf(label, 1024, "%s", text);
  else
    label[0] = '\0';
}

static void read_context(struct assembler *a, struct ms_line *line) {
  char label[1024];
  context_label(line, ms_line_word(line, "the context's id"), label);
  if (find_name(a, 'c', label))
    ms_line_fail(line, "context '%s' is defined twice", label);
  build_context(a, line, a->context_count + 1);
  if (ms_line_finish(line) == MS_OK)
    add_name(a, 'c', label, add_context(a));
}

/* The context of an event: by id, or written out, or none. */
static uint32_t event_context(struct assembler *a, struct ms_line *line) {
  const char *id = ms_line_string(line, "ctx", NULL);
  if (id) {
    char label[1024];
    context_label(line, id, label);
    uint64_t *value = find_name(a, 'c', label);
    return (uint32_t)(value ? *value : undefined(line, "context", id));
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
  uint64_t *known = find_label(a, a->record.bytes, a->record.len);
  if (known)
    return (uint32_t)*known;
  uint32_t next = a->context_count + 1;
  add_label(a, a->record.bytes, a->record.len, next);
  memcpy(a->record.bytes, &next, sizeof next);
  return add_context(a);
}

/* Defines context ID in LANE if it is not known there. */
static void define_in_lane(struct assembler *a, uint32_t lane, uint32_t id) {
  if (id == 0 || lane == 0)
    return;
  uint64_t hash = ms_hash_u64((uint64_t)lane << 32 | id);
  struct ms_index_cursor ic = ms_index_start(&a->context_lanes, hash);
  for (uint32_t known; ms_index_next(&a->context_lanes, &ic, &known);)
    if (known == id)
      return;
  ms_index_add(&a->context_lanes, hash, id);
  ms_trace_writer_meta(writer(a), lane, MS_META_CONTEXT, &a->contexts[id - 1]);
}

/* -- events --------------------------------------------------------------------------- */

static void read_lane(struct assembler *a, struct ms_line *line) {
  uint32_t lane = (uint32_t)ms_line_to_number(line, "lane", ms_line_word(line, "the lane's number"), UINT32_MAX);
  uint32_t thread = (uint32_t)ms_line_number(line, "thread", UINT32_MAX, ms_trace_writer_thread(writer(a), lane));
  uint32_t size = (uint32_t)ms_line_number(line, "size", MS_CHUNK_MAX_SIZE, 65536);
  bool is_unsealed = ms_line_number(line, "unsealed", 1, 0);
  if (size < MS_TRACE_PAGE || size % MS_TRACE_PAGE)
    ms_line_fail(line, "size: got %u, expected a multiple of %u", size, MS_TRACE_PAGE);
  if (ms_line_finish(line) == MS_OK)
    ms_trace_writer_chunk(writer(a), lane, thread, size, is_unsealed);
}

/* The place of LANE's last time. */
static uint64_t *lane_time(struct assembler *a, uint32_t lane) {
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

static uint64_t event_time(struct assembler *a, struct ms_line *line, const char *text, uint32_t lane) {
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

static void read_event(struct assembler *a, struct ms_line *line, const char *time_text) {
  const char *name = ms_line_word(line, "the kind of the event");
  uint32_t kind = 0;
  if (line->status == MS_OK && !ms_name_value(ms_names_event, name, &kind)) {
    ms_line_fail(line, "got '%.100s', expected a kind of event", name);
    return;
  }
  uint32_t lane = (uint32_t)ms_line_number(line, "lane", UINT32_MAX, 0);
  uint64_t time = event_time(a, line, time_text, lane);
  uint64_t field_a = 0, field_b = 0, address = 0;
  bool has_address = false;
  switch (kind) {
  case MS_EV_ALLOC:
  case MS_EV_FREE:
  case MS_EV_REALLOC_BEGIN:
  case MS_EV_REALLOC_END:
    has_address = true;
    address = ms_line_to_number(line, "address", ms_line_word(line, "the address"), UINT64_MAX);
    /* fall through */
  case MS_EV_REALLOC_FAIL:
  case MS_EV_ALLOC_FAIL:
    if (kind != MS_EV_FREE && kind != MS_EV_REALLOC_BEGIN)
      field_b = ms_line_number(line, "size", UINT64_MAX, 0);
    field_a = event_context(a, line);
    break;
  case MS_EV_THREAD:
    field_b = ms_line_number(line, "os", UINT64_MAX, 0);
    /* fall through */
  case MS_EV_THREAD_END:
  case MS_EV_FORK:
    field_a = ms_line_to_number(line, "number", ms_line_word(line, "the number"), UINT64_MAX);
    break;
  case MS_EV_EXIT:
    if (ms_line_has(line, "status"))
      field_a = ms_line_number(line, "status", UINT64_MAX - 1, 0) + 1;
    break;
  }
  if (ms_line_finish(line) != MS_OK)
    return;
  if (has_address || kind == MS_EV_REALLOC_FAIL || kind == MS_EV_ALLOC_FAIL)
    define_in_lane(a, lane, (uint32_t)field_a);
  ms_trace_writer_event(writer(a), lane, kind, field_a, field_b, has_address, address, a->header.start_time + time);
}

/* -- lines ---------------------------------------------------------------------------- */

static const struct {
  const char *name;
  void (*read)(struct assembler *, struct ms_line *);
  bool is_header;
} records[] = {
    {"mscope", read_mscope, true}, {"process", read_process, true}, {"status", read_status, true},
    {"info", read_info, false},    {"arg", read_arg, false},        {"thread", read_thread, false},
    {"module", read_module, false}, {"site", read_site, false},     {"symbol", read_symbol, false},
    {"context", read_context, false}, {"lane", read_lane, false},
};

static enum ms_status read_line(struct assembler *a, struct ms_line *line) {
  const char *word = ms_line_word(line, "the type of the record");
  ms_record_clear(&a->record);
  if (line->status != MS_OK)
    return line->status;
  if (a->has_version != (strcmp(word, "mscope") != 0))
    return ms_line_fail(line, a->has_version ? "a second 'mscope', expected it once" :
                        "got '%.100s', expected 'mscope 1.0' first", word);
  if (word[0] == '@') {
    read_event(a, line, word + 1);
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

static void free_assembler(struct assembler *a) {
  for (uint32_t i = 0; i < a->label_count; i++)
    free(a->labels[i].key);
  for (uint32_t i = 0; i < a->context_count; i++)
    ms_record_fini(&a->contexts[i]);
  free(a->labels);
  free(a->contexts);
  free(a->lane_times);
  free(a->lane_numbers);
  ms_index_fini(&a->label_index);
  ms_index_fini(&a->context_lanes);
  ms_index_fini(&a->lane_index);
  ms_record_fini(&a->record);
}

enum ms_status ms_trace_assemble(FILE *in, FILE *out, struct ms_error *err) {
  struct assembler a = {.out = out, .next_module = 1, .next_frame = FIRST_SYMBOL_ADDRESS};
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
    writer(&a);
  if (a.writer) {
    enum ms_status finished = ms_trace_writer_finish(a.writer, status == MS_OK ? err : NULL);
    status = status == MS_OK ? finished : status;
  }
  free(text);
  free_assembler(&a);
  return status;
}
