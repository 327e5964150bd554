/* json_put.h - adds members to JSON objects: what unknown looks like stands here only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Private to report/. Unknown texts and numbers are null, never "" or -1.
 */
#ifndef MEMSCOPE_REPORT_JSON_PUT_H
#define MEMSCOPE_REPORT_JSON_PUT_H

#include <stdio.h>

#include "report/report_json.h"

static inline void ms_put(struct json_object *o, const char *key, struct json_object *value) {
  json_object_object_add(o, key, value);
}

static inline void ms_put_text(struct json_object *o, const char *key, const char *text) {
  ms_put(o, key, *text ? ms_json_string(text) : NULL);
}

static inline void ms_put_count(struct json_object *o, const char *key, uint64_t n) { ms_put(o, key, json_object_new_uint64(n)); }

/* A number that is unknown when it is 0. */
static inline void ms_put_known(struct json_object *o, const char *key, uint64_t n) {
  ms_put(o, key, n ? json_object_new_uint64(n) : NULL);
}

static inline void ms_put_bool(struct json_object *o, const char *key, bool b) { ms_put(o, key, json_object_new_boolean(b)); }

/* Seconds; negative is unknown. Nanoseconds are enough. */
static inline void ms_put_seconds(struct json_object *o, const char *key, double s) {
  char text[40];
  snprintf(text, sizeof text, "%.9f", s);
  ms_put(o, key, s < 0 ? NULL : json_object_new_double_s(s, text));
}

static inline void ms_put_source(struct json_object *o, const char *source) { ms_put(o, "_source", json_object_new_string(source)); }

#endif
