/* findings_read.c - see findings_read.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/findings_read.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/report_json.h"
#include "support/xalloc.h"

enum { DEPTH_MAX = 32, FILE_MAX = 256 << 20 };

/* Reads all of the file at PATH; *RET_TEXT is the caller's. */
static enum ms_status read_text(const char *path, char **ret_text, size_t *ret_len, struct ms_error *err) {
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return ms_error_errno(err, errno, "%s", path);
  enum ms_status status = MS_OK;
  char *text = NULL;
  size_t len = 0;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    status = ms_error_set(err, MS_ERR_INPUT, "%s: not a file", path);
    goto out;
  }
  if (st.st_size > FILE_MAX) {
    status = ms_error_set(err, MS_ERR_INPUT, "%s: got %lld bytes, expected at most %d", path, (long long)st.st_size,
                          FILE_MAX);
    goto out;
  }
  text = ms_xmalloc((size_t)st.st_size + 1);
  while (len < (size_t)st.st_size) {
    ssize_t n = read(fd, text + len, (size_t)st.st_size - len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      status = ms_error_errno(err, errno, "cannot read %s", path);
      goto out;
    }
    if (n == 0)
      break;
    len += (size_t)n;
  }
  *ret_text = text;
  *ret_len = len;
  text = NULL;
out:
  free(text);
  close(fd);
  return status;
}

static struct json_object *member(struct json_object *o, const char *key, enum json_type type) {
  struct json_object *value = NULL;
  if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, key, &value) ||
      !json_object_is_type(value, type))
    return NULL;
  return value;
}

static const char *text_of(struct ms_report *r, struct json_object *o, const char *key) {
  struct json_object *value = member(o, key, json_type_string);
  return ms_report_string(r, value ? json_object_get_string(value) : "");
}

static uint64_t number_of(struct json_object *o, const char *key) {
  struct json_object *value = member(o, key, json_type_int);
  return value ? json_object_get_uint64(value) : 0;
}

static uint32_t line_of(struct json_object *o, const char *key) {
  uint64_t n = number_of(o, key);
  return n <= UINT32_MAX ? (uint32_t)n : 0;
}

static bool is_true(struct json_object *o, const char *key) {
  struct json_object *value = member(o, key, json_type_boolean);
  return value && json_object_get_boolean(value);
}

/* A number, or OTHERWISE. */
static double real_of(struct json_object *o, const char *key, double otherwise) {
  struct json_object *value = NULL;
  if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, key, &value) ||
      (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int)))
    return otherwise;
  double number = json_object_get_double(value);
  return isfinite(number) && number >= 0 ? number : otherwise;
}

static size_t length_of(struct json_object *array) { return array ? json_object_array_length(array) : 0; }

static enum ms_report_severity severity_of(struct ms_report *r, struct json_object *o) {
  enum ms_report_severity severity = MS_REPORT_WARNING;
  (void)ms_severity_parse(text_of(r, o, "severity"), &severity);
  return severity;
}

static const char *source_of(struct ms_report *r, struct json_object *o) {
  const char *source = text_of(r, o, "_source");
  return strcmp(source, "captured") == 0 || strcmp(source, "static") == 0 ? source : ms_report_string(r, "inferred");
}

static struct ms_report_place place_of(struct ms_report *r, struct json_object *o) {
  struct json_object *p = member(o, "place", json_type_object);
  return (struct ms_report_place){.function = text_of(r, p, "function"), .file = text_of(r, p, "file"),
                                  .dir = text_of(r, p, "directory"), .line = line_of(p, "line"),
                                  .column = line_of(p, "column")};
}

static struct ms_report_trail trail_of(struct ms_report *r, struct json_object *o) {
  struct json_object *stack = member(o, "stack", json_type_object), *list = member(stack, "frames", json_type_array);
  size_t count = length_of(list);
  struct ms_report_frame *frames = ms_report_alloc(r, (count ? count : 1) * sizeof *frames);
  for (size_t i = 0; i < count; i++) {
    struct json_object *f = json_object_array_get_idx(list, i);
    frames[i] = (struct ms_report_frame){.function = text_of(r, f, "function"), .file = text_of(r, f, "file"),
                                         .module = text_of(r, f, "module"), .line = line_of(f, "line"),
                                         .offset = strtoull(text_of(r, f, "offset"), NULL, 16)};
  }
  return (struct ms_report_trail){.frames = frames, .count = count, .cut = is_true(stack, "cut")};
}

/* A role that nobody knows is none. */
static const char *role_of(struct ms_report *r, struct json_object *o) {
  static const char *const roles[] = {"allocated", "copied", "freed", "lost", "held", "used", "grew",
                                      "noticed"};
  const char *role = text_of(r, o, "role");
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (strcmp(role, roles[i]) == 0)
      return roles[i];
  return "";
}

static void read_steps(struct ms_report *r, struct json_object *o, struct ms_report_finding *f) {
  struct json_object *list = member(o, "steps", json_type_array);
  f->step_count = length_of(list);
  f->steps = ms_report_new_steps(r, f->step_count);
  for (size_t i = 0; i < f->step_count; i++) {
    struct json_object *s = json_object_array_get_idx(list, i);
    f->steps[i] = (struct ms_report_step){
        .role = role_of(r, s), .slot = text_of(r, s, "slot"), .text = text_of(r, s, "text"),
        .source = source_of(r, s), .event = number_of(s, "event"), .time = real_of(s, "time", -1),
        .place = place_of(r, s), .trail = trail_of(r, s)};
  }
}

static void read_finding(struct ms_report *r, struct json_object *o, struct ms_report_finding *f) {
  struct json_object *memory = member(o, "memory", json_type_object), *evidence = member(o, "_evidence", json_type_object);
  f->kind = text_of(r, o, "kind");
  f->severity = severity_of(r, o);
  f->title = text_of(r, o, "title");
  f->name = text_of(r, memory, "name");
  f->type = text_of(r, memory, "type");
  f->path = text_of(r, memory, "path");
  f->advice = text_of(r, o, "advice");
  f->place = place_of(r, o);
  f->trail = trail_of(r, o);
  f->block = number_of(memory, "block");
  f->blocks = number_of(memory, "blocks");
  f->bytes = number_of(memory, "bytes");
  f->retained_blocks = number_of(memory, "retained_blocks");
  f->retained_bytes = number_of(memory, "retained_bytes");
  read_steps(r, o, f);
  f->source = source_of(r, o);
  f->confidence = strcmp(f->source, "inferred") ? 1 : real_of(o, "_confidence", 0);
  if (f->confidence > 1)
    f->confidence = 1;
  f->rule = text_of(r, o, "_rule");
  f->support = number_of(evidence, "for");
  f->against = number_of(evidence, "against");
  f->is_limited = is_true(o, "limited");
  f->blind_spot = text_of(r, o, "blind_spot");
  f->fingerprint = text_of(r, o, "fingerprint");
  f->suppressed = text_of(r, o, "suppressed");
}

static void read_kinds(struct ms_report *r, struct json_object *list) {
  r->kind_count = length_of(list);
  r->kinds = ms_xcalloc(r->kind_count, sizeof *r->kinds);
  for (size_t i = 0; i < r->kind_count; i++) {
    struct json_object *k = json_object_array_get_idx(list, i);
    r->kinds[i] = (struct ms_report_kind){.name = text_of(r, k, "name"), .noun = text_of(r, k, "noun"),
                                          .nouns = text_of(r, k, "nouns"), .severity = severity_of(r, k),
                                          .description = text_of(r, k, "description")};
    if (!*r->kinds[i].noun || !*r->kinds[i].nouns)
      r->kinds[i].noun = r->kinds[i].nouns = r->kinds[i].name;
  }
}

/* Nanoseconds since 1970 of "2026-11-22T05:06:07.123456789Z", 0 if it is none. */
static uint64_t time_of(const char *text) {
  struct tm tm = {0};
  const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
  time_t seconds = rest ? timegm(&tm) : -1;
  return seconds > 0 ? (uint64_t)seconds * 1000000000u : 0;
}

static void read_run(struct ms_report *r, struct json_object *o) {
  struct json_object *list = member(o, "arguments", json_type_array);
  size_t count = length_of(list);
  const char **arguments = ms_report_alloc(r, (count ? count : 1) * sizeof *arguments);
  for (size_t i = 0; i < count; i++) {
    struct json_object *a = json_object_array_get_idx(list, i);
    arguments[i] = ms_report_string(r, json_object_is_type(a, json_type_string) ? json_object_get_string(a) : "");
  }
  r->run = (struct ms_report_run){
      .trace = text_of(r, o, "trace"), .program = text_of(r, o, "program"), .cwd = text_of(r, o, "cwd"),
      .options = text_of(r, o, "options"), .runtime = text_of(r, o, "runtime"), .arguments = arguments,
      .argument_count = count, .pid = line_of(o, "pid"), .ppid = line_of(o, "ppid"),
      .fork_parent = line_of(o, "fork_parent"), .start_unix_ns = time_of(text_of(r, o, "start")),
      .seconds = real_of(o, "seconds", -1), .events = number_of(o, "events"), .threads = number_of(o, "threads"),
      .modules = number_of(o, "modules"), .exited = is_true(o, "exited"),
      .has_status = member(o, "status", json_type_int) != NULL, .status = (int)number_of(o, "status")};
}

static void read_coverage(struct ms_report *r, struct json_object *o) {
  if (!o)
    return;
  r->gaps.coverage = (struct ms_report_coverage){
      .is_known = true, .blocks = number_of(o, "blocks"), .blocks_compiled = number_of(o, "blocks_compiled"),
      .blocks_followed = number_of(o, "blocks_followed"), .frees = number_of(o, "frees"),
      .frees_compiled = number_of(o, "frees_compiled"), .words = number_of(o, "pointers"),
      .words_stored = number_of(o, "pointers_stored"), .functions_compiled = number_of(o, "functions_compiled"),
      .modules_compiled = number_of(o, "modules_compiled"), .modules_opaque = number_of(o, "modules_opaque"),
      .opaque_names = text_of(r, o, "opaque_modules")};
}

enum ms_status ms_findings_read(const char *path, struct ms_report **ret, struct ms_error *err) {
  char *text = NULL;
  size_t len = 0;
  MS_TRY(read_text(path, &text, &len, err));
  enum ms_status status = MS_OK;
  struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
  struct json_object *o = tokener ? json_tokener_parse_ex(tokener, text, (int)len) : NULL;
  if (!o) {
    enum json_tokener_error why = tokener ? json_tokener_get_error(tokener) : json_tokener_error_depth;
    status = ms_error_set(err, MS_ERR_INPUT, "%s: not a JSON document: %s", path, json_tokener_error_desc(why));
    goto out;
  }
  struct json_object *version = member(o, "schema_version", json_type_int);
  struct json_object *findings = member(o, "findings", json_type_array);
  if (!version || json_object_get_int64(version) != MS_REPORT_SCHEMA_VERSION) {
    status = ms_error_set(err, MS_ERR_INPUT, "%s: not a document of memscope with schema_version %d", path,
                          MS_REPORT_SCHEMA_VERSION);
    goto out;
  }
  if (!findings) {
    status = ms_error_set(err, MS_ERR_INPUT, "%s: the document has no findings", path);
    goto out;
  }
  struct ms_report *r = ms_report_new();
  read_run(r, member(o, "run", json_type_object));
  read_kinds(r, member(o, "kinds", json_type_array));
  read_coverage(r, member(o, "coverage", json_type_object));
  struct ms_report_finding *list = ms_report_new_findings(r, length_of(findings));
  for (size_t i = 0; i < r->finding_count; i++)
    read_finding(r, json_object_array_get_idx(findings, i), &list[i]);
  *ret = r;
out:
  json_object_put(o);
  if (tokener)
    json_tokener_free(tokener);
  free(text);
  return status;
}
