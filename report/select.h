/* select.h - which rows of a report are asked for, and in which order.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_REPORT_SELECT_H
#define MEMSCOPE_REPORT_SELECT_H

#include "report/report.h"

struct ms_select {
  enum ms_sort sort;
  const char *filter; /* glob that name, path, type, function, file or module must match; NULL all */
  size_t limit;       /* at most so many rows */
  bool with_zero;     /* rows whose figure is 0, too */
};

/* The rows that were selected; release with ms_view_fini. */
struct ms_view {
  const struct ms_report_row **rows;
  size_t count;
  size_t omitted;                /* rows beyond the limit */
  struct ms_report_use all;      /* of the rows and the omitted ones */
  struct ms_report_use rest;     /* of the omitted ones */
};

/* Rows of TABLE that match and have the figure, largest first; ties by name and place,
 * so that equal reports give equal views. */
void ms_select_rows(const struct ms_report_table *table, const struct ms_select *select,
                    struct ms_view *ret_view);
void ms_view_fini(struct ms_view *view);

/* The figure that SORT looks at. */
uint64_t ms_sort_value(const struct ms_report_use *use, enum ms_sort sort);

/* Whether GLOB (NULL = any) matches one of the row's names. */
bool ms_row_matches(const struct ms_report_row *row, const char *glob);

#endif
