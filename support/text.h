/* text.h - text that came from somewhere else, made fit to be shown.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names in a trace are bytes that a stranger chose. Before they reach a terminal, control
 * characters (C0, DEL, C1), the Unicode characters that reorder or hide text, and bytes
 * that are not UTF-8 are written as \xHH or \u{HHHH}. Widths are terminal columns (wcwidth
 * of the C.UTF-8 locale); nothing here depends on the user's locale.
 */
#ifndef MEMSCOPE_SUPPORT_TEXT_H
#define MEMSCOPE_SUPPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy of TEXT that is valid UTF-8 without control characters; free() it. */
char *ms_text_escape(const char *text);

/* Reads one code point at TEXT into *RET_CODE and returns its length in bytes, or 0 when
 * the bytes there are not UTF-8 (or TEXT is at its end). */
size_t ms_text_decode(const char *text, uint32_t *ret_code);

/* Whether the code point CODE is a control character or changes how its surroundings look. */
bool ms_text_is_hidden(uint32_t code);

/* A copy of TEXT with bytes that are not UTF-8 replaced by U+FFFD; free() it. */
char *ms_text_to_utf8(const char *text);

/* Terminal columns of the code point CODE: 0, 1 or 2. */
unsigned ms_text_code_width(uint32_t code);

/* Terminal columns of TEXT, which ms_text_escape has been through. */
size_t ms_text_width(const char *text);

/* A copy of TEXT of at most WIDTH columns: the middle is replaced by "…" if it is longer,
 * and TAIL columns (less than WIDTH) of the end are kept. free() it. */
char *ms_text_elide(const char *text, size_t width, size_t tail);

#endif
