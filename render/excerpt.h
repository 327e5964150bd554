/* excerpt.h - the line of source that a finding is about, with a caret.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_EXCERPT_H
#define MEMSCOPE_RENDER_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/findings.h"

/* Prints the line of PLACE, in at most WIDTH columns (SIZE_MAX: the whole line), and a caret
 * below the column. Prints nothing and returns false when the line cannot be had: no such
 * file, not a file, too large, changed since RUN (then *RET_CHANGED), or too short. */
bool ms_print_excerpt(const struct ms_report_place *place, const struct ms_report_run *run, size_t width, bool color,
                      FILE *out, bool *ret_changed);

/* How to name the file of PLACE to somebody who stands in the directory CWD: relative to it if it
 * lies below, else by its whole path, as far as the compiler knew it. free() it. */
char *ms_place_path(const struct ms_report_place *place, const char *cwd);

#endif
