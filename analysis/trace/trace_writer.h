/* trace_writer.h - writes a trace, from tools (the runtime has its own writer).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Output is sequential, so it may be a pipe. Lanes are made by being used. Within a lane
 * the caller keeps time from going back.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_WRITER_H
#define MEMSCOPE_ANALYSIS_TRACE_WRITER_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/trace/trace_record.h"
#include "memscope/trace_format.h"
#include "support/error.h"

struct ms_trace_writer;

/* Begins a trace on OUT (borrowed) with HEADER, whose checksum is computed here. */
struct ms_trace_writer *ms_trace_writer_new(FILE *out, const struct ms_trace_header *header);

/* Adds a meta record of TYPE to lane LANE. */
void ms_trace_writer_meta(struct ms_trace_writer *writer, uint32_t lane, unsigned type,
                          const struct ms_record *record);

/* Adds an event to lane LANE; A and B are the fields (a value as the plain pointer, the kind
 * not in A), ADDRESS and TIME (absolute ticks) are turned into deltas. Pass HAS_ADDRESS false for kinds without one. */
void ms_trace_writer_event(struct ms_trace_writer *writer, uint32_t lane, unsigned kind, uint64_t a,
                           uint64_t b, bool has_address, uint64_t address, uint64_t time);

/* The next event of LANE begins a new EVENTS chunk, of SIZE bytes (a multiple of 4096, at
 * most MS_CHUNK_MAX_SIZE), owned by THREAD. UNSEALED: this and its like are left unsealed. */
void ms_trace_writer_chunk(struct ms_trace_writer *writer, uint32_t lane, uint32_t thread,
                           uint32_t size, bool is_unsealed);

/* The thread that owns LANE now, as far as the records tell. */
uint32_t ms_trace_writer_thread(struct ms_trace_writer *writer, uint32_t lane);

/* Writes what is pending, frees WRITER, and says whether all of it arrived. */
MS_NODISCARD enum ms_status ms_trace_writer_finish(struct ms_trace_writer *writer, struct ms_error *err);

/* Fills in a chunk header's checksums for its payload of USED bytes and marks it sealed. */
void ms_chunk_header_seal(struct ms_chunk_header *header, const void *payload, uint32_t used);

#endif
