/* trace_record.h - builds the payload of a meta record.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   struct ms_record record = {0};
 *   ms_record_put(&record, number, 4);
 *   ms_record_put_str(&record, name);
 *   ... record.bytes, record.len ...; ms_record_clear(&record) to build the next one
 *   ms_record_fini(&record);
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_RECORD_H
#define MEMSCOPE_ANALYSIS_TRACE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

#define MS_STR_MAX 65535u

struct ms_record {
  unsigned char *bytes;
  size_t len, capacity;
};

static inline void ms_record_put_bytes(struct ms_record *record, const void *bytes, size_t len) {
  if (len > record->capacity - record->len) {
    record->capacity = (record->len + len) * 2;
    record->bytes = ms_xrealloc(record->bytes, record->capacity, 1);
  }
  if (len)
    memcpy(record->bytes + record->len, bytes, len);
  record->len += len;
}

/* The low LEN bytes of VALUE. */
static inline void ms_record_put(struct ms_record *record, uint64_t value, size_t len) {
  ms_record_put_bytes(record, &value, len);
}

/* A str, cut at MS_STR_MAX bytes. */
static inline void ms_record_put_str(struct ms_record *record, const char *text) {
  size_t len = strnlen(text, MS_STR_MAX);
  ms_record_put(record, len, 2);
  ms_record_put_bytes(record, text, len);
}

static inline void ms_record_clear(struct ms_record *record) { record->len = 0; }

static inline void ms_record_fini(struct ms_record *record) { free(record->bytes); }

#endif
