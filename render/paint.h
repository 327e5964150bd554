/* paint.h - what may be coloured, and how.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_PAINT_H
#define MEMSCOPE_RENDER_PAINT_H

enum ms_paint {
  MS_PLAIN,
  MS_TITLE,  /* headings, the program */
  MS_NAME,   /* names of variables and sites */
  MS_TYPE,
  MS_QUIET,  /* places, shares, column headings */
  MS_FIGURE, /* the figure that a table is sorted by */
  MS_WARN,
  MS_ERROR, /* severities of findings */
  MS_NOTE,
  MS_CARET, /* below a line of source */
  MS_RESET
};

/* The escape sequence that starts PAINT, "" without COLOR. */
const char *ms_paint(int color, enum ms_paint paint);

#endif
