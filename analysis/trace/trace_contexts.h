/* trace_contexts.h - CONTEXT records: from ids of a lane to ids of the trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Used by trace_meta.c: make a reader, hand it every record, finish it when all metadata has
 * been read.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_CONTEXTS_H
#define MEMSCOPE_ANALYSIS_TRACE_CONTEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ms_context_reader;
struct ms_trace;

struct ms_context_reader *ms_context_reader_new(struct ms_trace *trace);

/* Takes the record of LEN bytes at PAYLOAD, found in LANE; false when it is malformed. */
bool ms_context_read(struct ms_context_reader *reader, uint32_t lane, const unsigned char *payload, size_t len);

/* Fills the table of contexts and the lanes' id maps of the trace, and frees READER. */
void ms_context_reader_finish(struct ms_context_reader *reader);

#endif
