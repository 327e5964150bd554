/* text_out.h - fast output of the text form of a trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A dump is often tens of millions of lines, so numbers are formatted by hand into a buffer.
 * All strings from a trace go through ms_out_quoted: what comes out is printable ASCII.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_TEXT_OUT_H
#define MEMSCOPE_ANALYSIS_TRACE_TEXT_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ms_out {
  FILE *file;
  size_t used;
  char buffer[1 << 16];
};

void ms_out_init(struct ms_out *out, FILE *file);
void ms_out_flush(struct ms_out *out);

void ms_out_text(struct ms_out *out, const char *text); /* ours, as it is */
void ms_out_dec(struct ms_out *out, uint64_t value);
void ms_out_hex(struct ms_out *out, uint64_t value); /* with 0x */
void ms_out_quoted(struct ms_out *out, const char *text);

#endif
