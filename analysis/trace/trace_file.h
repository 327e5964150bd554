/* trace_file.h - the file under a trace: its header and where its chunks lie.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The file is read with pread, never mapped: it may be cut short by someone else while it
 * is read, which a mapping would answer with SIGBUS. What was in the file when it was
 * opened is what is read; a program that still runs may append behind that.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_FILE_H
#define MEMSCOPE_ANALYSIS_TRACE_FILE_H

#include "analysis/trace/trace.h"

/* A chunk whose header is right. Its payload has not been looked at. */
struct ms_chunk {
  uint64_t offset; /* of its header in the file */
  uint64_t base_time, base_addr;
  uint32_t size;    /* as its header says */
  uint32_t payload; /* bytes to read at offset + 64: `used` if sealed, and never beyond the file */
  uint32_t lane, seq, thread;
  uint32_t used, data_crc; /* as its header says */
  uint16_t kind;
  bool is_sealed;
  bool is_torn; /* the file ends inside the payload: data_crc cannot be checked */
};

struct ms_trace_file {
  int fd;
  char *path;
  uint64_t size;
  struct ms_trace_header header;
  struct ms_chunk *chunks; /* in the order of the file */
  size_t chunk_count, chunk_capacity;
};

/* Opens PATH, checks the header and walks the chunks, counting damage in *DAMAGE. */
MS_NODISCARD enum ms_status ms_trace_file_open(const char *path, struct ms_trace_file *ret_file,
                                               struct ms_trace_damage *damage, struct ms_error *err);
void ms_trace_file_close(struct ms_trace_file *file);

/* Checks the LEN header bytes at BYTES (which may be fewer than a header). */
MS_NODISCARD enum ms_status ms_trace_header_check(const void *bytes, size_t len, struct ms_error *err);

/* Whether HEADER is the header of a chunk (magic, head_crc, size). */
bool ms_chunk_header_is_valid(const struct ms_chunk_header *header);

/* The head_crc that belongs to HEADER. */
uint32_t ms_chunk_head_crc(const struct ms_chunk_header *header);

/* Reads up to LEN bytes at OFFSET of FD into BYTES; returns how many there were. */
size_t ms_read_at(int fd, void *bytes, size_t len, uint64_t offset);

/* Whether the payload of CHUNK has the checksum in its header; true where there is none to
 * check. Reads it in pieces of BUFFER_SIZE. */
bool ms_chunk_data_is_valid(const struct ms_trace_file *file, const struct ms_chunk *chunk,
                            void *buffer, size_t buffer_size);

/* Writes the message down unless an earlier one is there. */
void ms_damage_note(struct ms_trace_damage *damage, const char *fmt, ...) MS_PRINTF(2, 3);

#endif
