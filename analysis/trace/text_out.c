/* text_out.c - see text_out.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/trace/text_out.h"

#include <string.h>

void ms_out_init(struct ms_out *out, FILE *file) {
  out->file = file;
  out->used = 0;
}

void ms_out_flush(struct ms_out *out) {
  if (out->used)
    fwrite(out->buffer, 1, out->used, out->file); /* ferror() is looked at by the caller */
  out->used = 0;
}

static char *room(struct ms_out *out, size_t len) {
  if (sizeof out->buffer - out->used < len)
    ms_out_flush(out);
  return out->buffer + out->used;
}

void ms_out_text(struct ms_out *out, const char *text) {
  for (size_t len = strlen(text); len;) {
    size_t n = len < 4096 ? len : 4096;
    memcpy(room(out, n), text, n);
    out->used += n;
    text += n;
    len -= n;
  }
}

void ms_out_dec(struct ms_out *out, uint64_t value) {
  char digits[20], *p = digits + sizeof digits;
  do
    *--p = (char)('0' + value % 10);
  while (value /= 10);
  size_t len = (size_t)(digits + sizeof digits - p);
  memcpy(room(out, len), p, len);
  out->used += len;
}

void ms_out_hex(struct ms_out *out, uint64_t value) {
  char digits[18], *p = digits + sizeof digits;
  do
    *--p = "0123456789abcdef"[value & 15];
  while (value >>= 4);
  *--p = 'x';
  *--p = '0';
  size_t len = (size_t)(digits + sizeof digits - p);
  memcpy(room(out, len), p, len);
  out->used += len;
}

void ms_out_quoted(struct ms_out *out, const char *text) {
  ms_out_text(out, "\"");
  for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
    char *p = room(out, 4);
    if (*s == '"' || *s == '\\' || *s == '\n' || *s == '\t') {
      p[0] = '\\';
      p[1] = *s == '\n' ? 'n' : *s == '\t' ? 't' : (char)*s;
      out->used += 2;
    } else if (*s < 0x20 || *s > 0x7e) {
      p[0] = '\\';
      p[1] = 'x';
      p[2] = "0123456789abcdef"[*s >> 4];
      p[3] = "0123456789abcdef"[*s & 15];
      out->used += 4;
    } else {
      p[0] = (char)*s;
      out->used++;
    }
  }
  ms_out_text(out, "\"");
}
