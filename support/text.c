/* text.c - see text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Widths come from a small table of the wide and the zero-width blocks instead of wcwidth(),
 * which needs a locale that may not be installed where the tool runs.
 */
#include "support/text.h"

#include <stdio.h>
#include <string.h>

#include "support/xalloc.h"

size_t ms_text_decode(const char *text, uint32_t *ret_code) {
  const unsigned char *s = (const unsigned char *)text;
  if (s[0] == 0)
    return 0;
  if (s[0] < 0x80) {
    *ret_code = s[0];
    return 1;
  }
  size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (s[0] < 0xc2 || s[0] > 0xf4)
    return 0;
  uint32_t code = s[0] & (0xffu >> (len + 1));
  for (size_t i = 1; i < len; i++) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
    code = code << 6 | (s[i] & 0x3fu);
  }
  if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    return 0;
  *ret_code = code;
  return len;
}

struct range {
  uint32_t first, last;
};

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (code >= ranges[i].first && code <= ranges[i].last)
      return true;
  return false;
}

bool ms_text_is_hidden(uint32_t code) {
  static const struct range hidden[] = {
      {0, 0x1f},         {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},     {0x180e, 0x180e},
      {0x200b, 0x200f},  {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff},   {0xfff0, 0xfffb},
      {0xe0000, 0xe0fff}, {0xe000, 0xf8ff}, {0xf0000, 0x10ffff},
  };
  return in_ranges(code, hidden, sizeof hidden / sizeof *hidden);
}

unsigned ms_text_code_width(uint32_t code) {
  static const struct range none[] = {
      {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},   {0x900, 0x902},
      {0x93a, 0x93a},   {0x93c, 0x93c},   {0x941, 0x948},   {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},
      {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f},
      {0xfe20, 0xfe2f},
  };
  static const struct range wide[] = {
      {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},
      {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x2705, 0x2705},
      {0x2728, 0x2728},   {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2b1b, 0x2b1c},
      {0x2b50, 0x2b50},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
      {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
      {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18aff}, {0x1b000, 0x1b2ff}, {0x1f004, 0x1f004},
      {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f64f},
      {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
  };
  if (code < 0x300)
    return 1;
  if (in_ranges(code, none, sizeof none / sizeof *none))
    return 0;
  return in_ranges(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

char *ms_text_escape(const char *text) {
  /* The longest replacement, "\u{10ffff}", stands for 4 bytes; "\xff" for one. */
  size_t len = strlen(text);
  char *out = ms_xmalloc(len * 4 + 16), *to = out;
  while (*text) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text, &code);
    if (n == 0) {
      to += sprintf(to, "\\x%02x", (unsigned char)*text);
      n = 1;
    } else if (!ms_text_is_hidden(code)) {
      memcpy(to, text, n);
      to += n;
    } else if (code == '\n') {
      to += sprintf(to, "\\n");
    } else if (code == '\t') {
      to += sprintf(to, "\\t");
    } else if (code < 0x80) {
      to += sprintf(to, "\\x%02x", (unsigned)code);
    } else {
      to += sprintf(to, "\\u{%x}", (unsigned)code);
    }
    text += n;
  }
  *to = '\0';
  return out;
}

size_t ms_text_width(const char *text) {
  size_t width = 0;
  while (*text) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text, &code);
    width += n ? ms_text_code_width(code) : 1;
    text += n ? n : 1;
  }
  return width;
}

char *ms_text_to_utf8(const char *text) {
  char *out = ms_xmalloc(strlen(text) * 3 + 1), *to = out;
  while (*text) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text, &code);
    memcpy(to, n ? text : "\xef\xbf\xbd", n ? n : 3);
    to += n ? n : 3;
    text += n ? n : 1;
  }
  *to = '\0';
  return out;
}

/* Bytes of TEXT that fill at most WIDTH columns. */
static size_t bytes_for(const char *text, size_t width) {
  size_t at = 0, used = 0;
  while (text[at]) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text + at, &code);
    unsigned w = n ? ms_text_code_width(code) : 1;
    if (used + w > width)
      break;
    used += w;
    at += n ? n : 1;
  }
  return at;
}

char *ms_text_elide(const char *text, size_t width, size_t tail) {
  size_t full = ms_text_width(text);
  if (full <= width)
    return ms_xstrdup(text);
  if (width == 0)
    return ms_xstrdup("");
  size_t head = bytes_for(text, width - 1 - tail);
  /* Drop whole characters from the front until TAIL columns are left. */
  const char *end = text + bytes_for(text, full - tail);
  while (ms_text_width(end) > tail) {
    uint32_t code = 0;
    size_t n = ms_text_decode(end, &code);
    end += n ? n : 1;
  }
  return ms_xasprintf("%.*s…%s", (int)head, text, end);
}
