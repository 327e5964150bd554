/* event_decode.h - one event record: bytes to fields, fields to bytes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Decoding has no branch that depends on the data: each field is an 8-byte load and a mask
 * picked by its length code, and the four lengths do not wait for each other. It therefore
 * reads up to 8 bytes beyond the record: callers keep MS_EVENT_SLACK readable bytes behind
 * the payload. Little-endian hosts only, like the runtime.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_EVENT_DECODE_H
#define MEMSCOPE_ANALYSIS_TRACE_EVENT_DECODE_H

#include <stdint.h>
#include <string.h>

#include "memscope/trace_format.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the trace reader needs a little-endian host"
#endif

#define MS_EVENT_MAX_LEN 34u /* 2 + 4 * 8 */
#define MS_EVENT_SLACK 64u

struct ms_raw_event {
  uint64_t a, b, c, d;
  unsigned header;
};

static inline uint64_t ms_load_field(const unsigned char *p, unsigned code) {
  static const uint64_t masks[8] = {0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff,
                                    0xffffffffffff, UINT64_MAX};
  uint64_t word;
  memcpy(&word, p, sizeof word);
  return word & masks[code];
}

/* The record at P; returns the byte behind it. */
static inline const unsigned char *ms_event_decode(const unsigned char *p, struct ms_raw_event *event) {
  static const uint8_t lens[8] = {0, 1, 2, 3, 4, 5, 6, 8};
  uint16_t h;
  memcpy(&h, p, sizeof h);
  event->header = h;
  unsigned a = MS_EVENT_LEN_CODE(h, 0), b = MS_EVENT_LEN_CODE(h, 1);
  unsigned c = MS_EVENT_LEN_CODE(h, 2), d = MS_EVENT_LEN_CODE(h, 3);
  p += sizeof h;
  event->a = ms_load_field(p, a);
  p += lens[a];
  event->b = ms_load_field(p, b);
  p += lens[b];
  event->c = ms_load_field(p, c);
  p += lens[c];
  event->d = ms_load_field(p, d);
  return p + lens[d];
}

static inline uint64_t ms_ror3(uint64_t x) { return x >> 3 | x << 61; }
static inline uint64_t ms_rol3(uint64_t x) { return x << 3 | x >> 61; }

/* The address field for the step from PREVIOUS to ADDRESS, both rotated by ms_ror3. */
static inline uint64_t ms_addr_encode(uint64_t address, uint64_t previous) {
  uint64_t d = address - previous;
  return d << 1 ^ (uint64_t)((int64_t)d >> 63);
}

/* The rotated address behind FIELD when the one before it was PREVIOUS (rotated). */
static inline uint64_t ms_addr_decode(uint64_t field, uint64_t previous) {
  return previous + (field >> 1 ^ -(field & 1));
}

/* The field for the pointer VALUE beside the rotated ADDRESS, and back. (A
 * pointer to the fifth byte of its own slot would be written as 2^64; it comes back as 0.) */
static inline uint64_t ms_value_encode(uint64_t value, uint64_t address) {
  return value ? ms_addr_encode(ms_ror3(value), address) + 1 : 0;
}

static inline uint64_t ms_value_decode(uint64_t field, uint64_t address) {
  return field ? ms_rol3(ms_addr_decode(field - 1, address)) : 0;
}

/* The shortest length code for VALUE. */
static inline unsigned ms_len_code(uint64_t value) {
  if (!value)
    return 0;
  unsigned bytes = (71u - (unsigned)__builtin_clzll(value)) / 8;
  return bytes > 6 ? 7 : bytes;
}

/* Writes a record of KIND at P (MS_EVENT_MAX_LEN + 8 bytes of room); returns its length. */
static inline unsigned ms_event_encode(unsigned char *p, unsigned kind, const uint64_t fields[4]) {
  unsigned header = kind, len = 2;
  for (unsigned i = 0; i < 4; i++) {
    unsigned code = ms_len_code(fields[i]);
    header |= code << (4 + 3 * i);
    memcpy(p + len, &fields[i], 8);
    len += MS_EVENT_LEN(code);
  }
  uint16_t h = (uint16_t)header;
  memcpy(p, &h, sizeof h);
  return len;
}

#endif
