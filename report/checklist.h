/* checklist.h - what `memscope doctor` found, one line a thing.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_REPORT_CHECKLIST_H
#define MEMSCOPE_REPORT_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>

enum ms_check_state {
  MS_CHECK_OK,
  MS_CHECK_NOTE, /* missing, and that is all right */
  MS_CHECK_BROKEN
};

struct ms_check {
  enum ms_check_state state;
  char *what, *path, *detail; /* path and detail may be "" */
};

/* Zero-initialised is empty. */
struct ms_checklist {
  struct ms_check *items;
  size_t count, capacity;
};

void ms_checklist_add(struct ms_checklist *list, enum ms_check_state state, const char *what, const char *path,
                      const char *detail);
void ms_checklist_fini(struct ms_checklist *list);

const char *ms_check_state_name(enum ms_check_state state); /* "ok", "note", "broken" */

/* The list as a JSON document; free() it. */
char *ms_checklist_json(const struct ms_checklist *list, bool healthy);

#endif
