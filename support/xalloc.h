/* xalloc.h - memory for the tools: succeeds or ends the program.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Out of memory in a command-line tool has no better answer than one line and exit
 * status MS_ERR_SYSTEM. Sizes that come from input must be checked before they get here.
 * Results are released with free().
 */
#ifndef MEMSCOPE_SUPPORT_XALLOC_H
#define MEMSCOPE_SUPPORT_XALLOC_H

#include <stddef.h>

#define MS_XALLOC __attribute__((returns_nonnull, warn_unused_result))

MS_XALLOC void *ms_xmalloc(size_t size);
MS_XALLOC void *ms_xcalloc(size_t count, size_t size);              /* zeroed; overflow checked */
MS_XALLOC void *ms_xrealloc(void *old, size_t count, size_t size);  /* count * size, overflow checked */
MS_XALLOC char *ms_xstrdup(const char *text);
MS_XALLOC char *ms_xstrndup(const char *text, size_t len);
MS_XALLOC char *ms_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
