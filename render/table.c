/* table.c - see table.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/grow.h"
#include "support/text.h"
#include "support/xalloc.h"

enum { GAP = 2 };

void ms_table_init(struct ms_table *t, const struct ms_column *columns, size_t count) {
  *t = (struct ms_table){.columns = columns, .column_count = count};
}

void ms_table_add(struct ms_table *t, const char *const *cells) {
  if (t->row_count == t->capacity) {
    t->capacity = t->capacity ? t->capacity * 2 : 16;
    t->cells = ms_xrealloc(t->cells, t->capacity, t->column_count * sizeof *t->cells);
  }
  for (size_t i = 0; i < t->column_count; i++)
    t->cells[t->row_count * t->column_count + i] = ms_text_escape(cells[i] ? cells[i] : "");
  t->row_count++;
}

void ms_table_fini(struct ms_table *t) {
  for (size_t i = 0; i < t->row_count * t->column_count; i++)
    free(t->cells[i]);
  free(t->cells);
}

static bool has_titles(const struct ms_table *t) {
  for (size_t i = 0; i < t->column_count; i++)
    if (*t->columns[i].title)
      return true;
  return false;
}

/* How many of column I's cells lose a character when it gets narrower than WIDTH. */
static size_t cells_cut(const struct ms_table *t, const size_t *cell_widths, size_t i, size_t width) {
  size_t n = 0;
  for (size_t r = 0; r < t->row_count; r++)
    n += cell_widths[r * t->column_count + i] >= width;
  return n;
}

/* Takes one character from the column where it hurts the fewest cells, so that one long name
 * does not cost all rows their types. False when no column may shrink. */
static bool shrink(const struct ms_table *t, const size_t *cell_widths, size_t *widths) {
  size_t best = t->column_count, best_cost = SIZE_MAX;
  for (size_t i = 0; i < t->column_count; i++) {
    if (!t->columns[i].least || widths[i] <= t->columns[i].least)
      continue;
    size_t cost = cells_cut(t, cell_widths, i, widths[i]) * t->columns[i].least;
    if (cost < best_cost || (cost == best_cost && widths[i] > widths[best])) {
      best_cost = cost;
      best = i;
    }
  }
  if (best == t->column_count)
    return false;
  widths[best]--;
  return true;
}

/* The columns' widths, at most WIDTH in all if the least widths allow it. */
static size_t *measure(const struct ms_table *t, size_t width) {
  size_t *widths = ms_xcalloc(t->column_count, sizeof *widths);
  size_t *cell_widths = ms_xcalloc(t->column_count * t->row_count, sizeof *cell_widths);
  size_t total = 0;
  for (size_t i = 0; i < t->column_count; i++) {
    for (size_t c = i; c < t->row_count * t->column_count; c += t->column_count) {
      cell_widths[c] = ms_text_width(t->cells[c]);
      if (cell_widths[c] > widths[i])
        widths[i] = cell_widths[c];
    }
    /* A column without content disappears, title and all. */
    if (widths[i] && ms_text_width(t->columns[i].title) > widths[i])
      widths[i] = ms_text_width(t->columns[i].title);
    total += widths[i] + (widths[i] ? GAP : 0);
  }
  total -= total ? GAP : 0;
  for (size_t i = t->column_count; i-- > 0 && total > width;)
    if (t->columns[i].optional && widths[i]) {
      total -= widths[i] + GAP;
      widths[i] = 0;
    }
  while (total > width && shrink(t, cell_widths, widths))
    total--;
  free(cell_widths);
  return widths;
}

/* TEXT, cut behind the last SEPARATOR that leaves room for an ellipsis, or NULL. */
static char *cut_behind(const char *text, const char *separator, size_t width) {
  size_t best = 0;
  for (const char *at = text; (at = strstr(at, separator)) != NULL; at += strlen(separator)) {
    char *head = ms_xstrndup(text, (size_t)(at - text) + strlen(separator));
    bool fits = ms_text_width(head) + 1 <= width;
    free(head);
    if (!fits)
      break;
    best = (size_t)(at - text) + strlen(separator);
  }
  return best ? ms_xasprintf("%.*s…", (int)best, text) : NULL;
}

static char *fit(const char *text, const struct ms_column *column, size_t width) {
  char *cut = NULL;
  if (column->separator && ms_text_width(text) > width)
    cut = cut_behind(text, column->separator, width);
  if (column->is_prose && ms_text_width(text) > width) {
    cut = cut_behind(text, " ", width);
    if (cut && ms_text_width(cut) < width / 2) { /* little but the first word: better its beginning */
      free(cut);
      cut = NULL;
    }
  }
  return cut ? cut : ms_text_elide(text, width, width * column->tail_eighths / 8);
}

static void print_cell(const char *text, const struct ms_column *column, enum ms_paint paint, size_t width, bool last,
                       FILE *out, bool color) {
  char *shown = fit(text, column, width);
  size_t pad = width - ms_text_width(shown);
  if (column->right)
    fprintf(out, "%*s", (int)pad, "");
  if (paint != MS_PLAIN && *shown)
    fprintf(out, "%s%s%s", ms_paint(color, paint), shown, ms_paint(color, MS_RESET));
  else
    fputs(shown, out);
  if (!column->right && !last)
    fprintf(out, "%*s", (int)pad, "");
  free(shown);
}

static void print_line(const struct ms_table *t, char *const *cells, const size_t *widths, FILE *out, unsigned indent,
                       bool color) {
  size_t last = 0;
  for (size_t i = 0; i < t->column_count; i++)
    if (widths[i] && (cells ? *cells[i] : *t->columns[i].title))
      last = i;
  fprintf(out, "%*s", (int)indent, "");
  bool first = true;
  for (size_t i = 0; i <= last; i++) {
    if (!widths[i])
      continue;
    if (!first)
      fprintf(out, "%*s", GAP, "");
    first = false;
    const struct ms_column *c = &t->columns[i];
    print_cell(cells ? cells[i] : c->title, c, cells ? c->paint : MS_QUIET, widths[i], i == last, out, color);
  }
  fputc('\n', out);
}

void ms_table_print(const struct ms_table *t, FILE *out, unsigned indent, unsigned width, bool color) {
  size_t *widths = measure(t, width > indent ? width - indent : 0);
  if (has_titles(t))
    print_line(t, NULL, widths, out, indent, color);
  for (size_t r = 0; r < t->row_count; r++)
    print_line(t, t->cells + r * t->column_count, widths, out, indent, color);
  free(widths);
}
