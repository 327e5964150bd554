/* pages.h - large arrays straight from the kernel.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * For tables that are read at random: they begin at a page (so that 64-byte records fill
 * whole cache lines), grow without copying, and use huge pages from 2 MiB on, which saves
 * most TLB misses. Memory is zero when new. Out of memory ends the program, as in xalloc.h.
 */
#ifndef MEMSCOPE_SUPPORT_PAGES_H
#define MEMSCOPE_SUPPORT_PAGES_H

#include <stddef.h>

void *ms_pages_new(size_t size);
void *ms_pages_grow(void *pages, size_t old_size, size_t size);
void ms_pages_free(void *pages, size_t size);

#endif
