/* flow.c - see flow.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/flow.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/text.h"
#include "support/xalloc.h"

static void new_line(struct ms_flow *f) {
  fprintf(f->out, "\n%*s", (int)f->indent, "");
  f->column = f->indent;
  f->has_words = false;
}

/* Bytes of TEXT that fit into ROOM columns: at least one character. */
static size_t head_that_fits(const char *text, size_t room) {
  size_t bytes = 0, columns = 0;
  while (text[bytes]) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text + bytes, &code);
    if (!n)
      break;
    columns += ms_text_code_width(code);
    if (bytes && columns > room)
      break;
    bytes += n;
  }
  return bytes ? bytes : strlen(text);
}

/* START, the sequence that begins the colour, goes behind the blank that separates. */
static void put_word(struct ms_flow *f, char *word, const char *start) {
  size_t width = ms_text_width(word), room = f->width > f->indent ? f->width - f->indent : 1;
  if (f->has_words && f->column + 1 + width > f->width) {
    new_line(f);
  } else if (f->has_words) {
    putc(' ', f->out);
    f->column++;
  }
  fputs(start, f->out);
  while (width > room && f->column + width > f->width) {
    size_t n = head_that_fits(word, f->width > f->column ? f->width - f->column : 1);
    fwrite(word, 1, n, f->out);
    word += n;
    width = ms_text_width(word);
    if (!*word)
      break;
    new_line(f);
  }
  fputs(word, f->out);
  f->column += width;
  f->has_words = true;
}

void ms_flow_label(struct ms_flow *f, size_t count, enum ms_paint paint, const char *label) {
  int fill = (int)(f->indent > count + strlen(label) ? f->indent - count - strlen(label) : 1);
  fprintf(f->out, "%*s%s%s%s%*s", (int)count, "", ms_paint(f->color, paint), label, ms_paint(f->color, MS_RESET), fill,
          "");
  f->column = count + strlen(label) + (size_t)fill;
  f->has_words = false;
}

void ms_flow_text(struct ms_flow *f, enum ms_paint paint, const char *text) {
  char *safe = ms_text_escape(text), *rest = safe;
  bool first = true;
  for (char *word; (word = strsep(&rest, " ")) != NULL;) {
    if (!*word)
      continue;
    put_word(f, word, first ? ms_paint(f->color, paint) : "");
    first = false;
  }
  if (!first && paint != MS_PLAIN)
    fputs(ms_paint(f->color, MS_RESET), f->out);
  free(safe);
}

void ms_flow_end(struct ms_flow *f) {
  putc('\n', f->out);
  f->column = 0;
  f->has_words = false;
}
