/* pages.c - see pages.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "support/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "support/error.h"

enum { HUGE = 2 << 20 };

static void *checked(void *pages, size_t size) {
  if (pages == MAP_FAILED) {
    fprintf(stderr, "memscope: error: out of memory (%zu bytes asked for)\n", size);
    exit(MS_ERR_SYSTEM);
  }
  if (size >= HUGE)
    (void)madvise(pages, size, MADV_HUGEPAGE); /* a hint; kernels without it say no */
  return pages;
}

void *ms_pages_new(size_t size) {
  return checked(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), size);
}

void *ms_pages_grow(void *pages, size_t old_size, size_t size) {
  return checked(mremap(pages, old_size, size, MREMAP_MAYMOVE), size);
}

void ms_pages_free(void *pages, size_t size) {
  if (pages)
    munmap(pages, size);
}
