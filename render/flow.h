/* flow.h - text that is broken at blanks to fit a width.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   struct ms_flow flow = {.out = out, .width = 80, .indent = 4, .color = true};
 *   ms_flow_text(&flow, MS_TITLE, "list.c:12:3:"); ms_flow_text(&flow, MS_PLAIN, text);
 *   ms_flow_end(&flow);
 *
 * Words are joined by one blank; lines after the first begin behind INDENT blanks. A word that
 * is longer than a line is cut into pieces. Text is escaped here.
 */
#ifndef MEMSCOPE_RENDER_FLOW_H
#define MEMSCOPE_RENDER_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "render/paint.h"

struct ms_flow {
  FILE *out;
  size_t width; /* columns; SIZE_MAX: never break */
  size_t indent;
  bool color;
  size_t column;  /* where the next character goes */
  bool has_words; /* in this line, so that a blank comes first */
};

/* Begins a line with COUNT blanks and then the text LABEL, filled up to the indent. */
void ms_flow_label(struct ms_flow *flow, size_t count, enum ms_paint paint, const char *label);

void ms_flow_text(struct ms_flow *flow, enum ms_paint paint, const char *text);

/* Ends the line; the flow can be used again. */
void ms_flow_end(struct ms_flow *flow);

#endif
