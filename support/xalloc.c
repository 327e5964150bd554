/* xalloc.c - see xalloc.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "support/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/error.h"

static _Noreturn void out_of_memory(size_t size) {
  fprintf(stderr, "memscope: error: out of memory (%zu bytes asked for)\n", size);
  exit(MS_ERR_SYSTEM);
}

void *ms_xmalloc(size_t size) {
  void *p = malloc(size ? size : 1);
  if (!p)
    out_of_memory(size);
  return p;
}

void *ms_xcalloc(size_t count, size_t size) {
  void *p = calloc(count ? count : 1, size ? size : 1);
  if (!p)
    out_of_memory(size > SIZE_MAX / (count ? count : 1) ? SIZE_MAX : count * size);
  return p;
}

void *ms_xrealloc(void *old, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes))
    out_of_memory(SIZE_MAX);
  void *p = realloc(old, bytes ? bytes : 1);
  if (!p)
    out_of_memory(bytes);
  return p;
}

char *ms_xstrndup(const char *text, size_t len) {
  size_t n = strnlen(text, len);
  char *copy = ms_xmalloc(n + 1);
  memcpy(copy, text, n);
  copy[n] = '\0';
  return copy;
}

char *ms_xstrdup(const char *text) { return ms_xstrndup(text, SIZE_MAX); }

char *ms_xasprintf(const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  char *text = NULL;
  int n = vasprintf(&text, fmt, args);
  va_end(args);
  if (n < 0)
    out_of_memory(strlen(fmt));
  return text;
}
