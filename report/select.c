/* select.c - see select.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/select.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

uint64_t ms_sort_value(const struct ms_report_use *use, enum ms_sort sort) {
  switch (sort) {
#define MS_SORT(ID, name, field, tie, meaning) \
  case MS_SORT_##ID:                           \
    return use->field;
#include "report/sorts.def"
  case MS_SORTS_END: break;
  }
  return 0;
}

static uint64_t tie_value(const struct ms_report_use *use, enum ms_sort sort) {
  switch (sort) {
#define MS_SORT(ID, name, field, tie, meaning) \
  case MS_SORT_##ID:                           \
    return use->tie;
#include "report/sorts.def"
  case MS_SORTS_END: break;
  }
  return 0;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool ms_row_matches(const struct ms_report_row *row, const char *glob) {
  if (!glob)
    return true;
  const char *names[] = {row->name,     row->path, row->type,   row->function,
                         row->file,     row->callee, row->module, base_name(row->file),
                         base_name(row->module)};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (*names[i] && fnmatch(glob, names[i], 0) == 0)
      return true;
  return false;
}

static int compare(const void *a, const void *b, void *context) {
  const struct ms_report_row *x = *(const struct ms_report_row *const *)a;
  const struct ms_report_row *y = *(const struct ms_report_row *const *)b;
  enum ms_sort sort = *(const enum ms_sort *)context;
  uint64_t xs[] = {ms_sort_value(&x->use, sort), tie_value(&x->use, sort)};
  uint64_t ys[] = {ms_sort_value(&y->use, sort), tie_value(&y->use, sort)};
  for (size_t i = 0; i < 2; i++)
    if (xs[i] != ys[i])
      return xs[i] < ys[i] ? 1 : -1;
  const char *xt[] = {x->file, x->name, x->function, x->module};
  const char *yt[] = {y->file, y->name, y->function, y->module};
  for (size_t i = 0; i < 4; i++) {
    int c = strcmp(xt[i], yt[i]);
    if (c)
      return c;
    if (i == 0 && x->line != y->line)
      return x->line < y->line ? -1 : 1;
    if (i == 0 && x->column != y->column)
      return x->column < y->column ? -1 : 1;
  }
  return x < y ? -1 : x > y;
}

void ms_select_rows(const struct ms_report_table *table, const struct ms_select *select, struct ms_view *ret) {
  *ret = (struct ms_view){.rows = ms_xcalloc(table->count, sizeof *ret->rows)};
  size_t count = 0;
  for (size_t i = 0; i < table->count; i++) {
    const struct ms_report_row *row = &table->rows[i];
    bool has_figure = ms_sort_value(&row->use, select->sort) || tie_value(&row->use, select->sort);
    if ((has_figure || select->with_zero) && ms_row_matches(row, select->filter)) {
      ret->rows[count++] = row;
      ms_report_use_add(&ret->all, &row->use);
    }
  }
  enum ms_sort sort = select->sort;
  qsort_r(ret->rows, count, sizeof *ret->rows, compare, &sort);
  ret->count = count < select->limit ? count : select->limit;
  ret->omitted = count - ret->count;
  for (size_t i = ret->count; i < count; i++)
    ms_report_use_add(&ret->rest, &ret->rows[i]->use);
}

void ms_view_fini(struct ms_view *view) { free(view->rows); }
