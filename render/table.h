/* table.h - rows of cells in columns that fit a width.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Columns are as wide as their widest cell. If the line is too long, columns shrink
 * where that cuts the fewest cells, and those lose their middle to "…". A line never wraps as long
 * as the columns' least widths fit.
 */
#ifndef MEMSCOPE_RENDER_TABLE_H
#define MEMSCOPE_RENDER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "render/paint.h"

struct ms_column {
  const char *title;    /* "" none */
  bool right;           /* right-aligned */
  unsigned least;       /* columns that it may shrink to; 0 never shrinks */
  unsigned tail_eighths; /* share of an elided cell that is its end, in eighths */
  enum ms_paint paint;
  bool optional;        /* left out, whole, before any other column shrinks */
  const char *separator; /* an elided cell ends behind the last of these that fits; NULL: tail_eighths */
  bool is_prose;         /* an elided cell ends behind a word, if half of it fits */
};

struct ms_table {
  const struct ms_column *columns;
  size_t column_count;
  char **cells; /* row by row */
  size_t row_count, capacity;
};

void ms_table_init(struct ms_table *table, const struct ms_column *columns, size_t count);

/* Adds a row; CELLS, one for each column, are copied and escaped (NULL = empty). */
void ms_table_add(struct ms_table *table, const char *const *cells);

/* Prints the titles (if any column has one) and the rows, each behind INDENT blanks. */
void ms_table_print(const struct ms_table *table, FILE *out, unsigned indent, unsigned width, bool color);

void ms_table_fini(struct ms_table *table);

#endif
