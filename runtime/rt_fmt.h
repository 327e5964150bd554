/* rt_fmt.h - text without stdio: a bounded string builder and the one line on stderr.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_RT_FMT_H
#define MEMSCOPE_RUNTIME_RT_FMT_H

#include <stddef.h>
#include <stdint.h>

/* Text that grows in a caller's buffer and is cut, never overrun, at its end. Always
 * NUL-terminated once initialised. */
struct msrt_text {
  char *data;
  size_t size; /* of the buffer */
  size_t used; /* without the NUL */
};

void msrt_text_init(struct msrt_text *text, char *buffer, size_t size);
void msrt_text_str(struct msrt_text *text, const char *string);
void msrt_text_mem(struct msrt_text *text, const char *bytes, size_t len);
void msrt_text_num(struct msrt_text *text, uint64_t number);
void msrt_text_hex(struct msrt_text *text, uint64_t number); /* 0x1f */

/* What an error number means ("no space left"), or "error N" put together in SCRATCH. */
const char *msrt_error_name(int error, char scratch[24]);

/* Write "memscope: A B C" and a newline to standard error in one write; NULL parts are
 * skipped. Parts are joined as they are. */
void msrt_say(const char *a, const char *b, const char *c, const char *d, const char *e);

#endif
