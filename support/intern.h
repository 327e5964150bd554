/* intern.h - one copy of each string, compared by address.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_SUPPORT_INTERN_H
#define MEMSCOPE_SUPPORT_INTERN_H

#include "support/arena.h"
#include "support/index.h"

/* Zero-initialised is empty. */
struct ms_intern {
  struct ms_arena arena;
  struct ms_index index;
  const char **strings;
  uint32_t count, capacity;
};

/* The one NUL-terminated copy of the LEN bytes at TEXT, cut at the first NUL among them;
 * it lives until ms_intern_fini. "" is never stored. */
const char *ms_intern(struct ms_intern *intern, const char *text, size_t len);

void ms_intern_fini(struct ms_intern *intern);

#endif
