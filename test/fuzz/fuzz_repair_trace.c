/* fuzz_repair_trace.c - gives most mutants of a trace right checksums.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Otherwise nothing behind the first check would ever be tested.
 */
#include <string.h>

#include "analysis/trace/trace_file.h"
#include "fuzz.h"
#include "support/crc32c.h"

void fuzz_repair_trace(unsigned char *data, size_t len, uint64_t choice) {
  if (choice % 8 == 0)
    return;
  struct ms_trace_header *h = (struct ms_trace_header *)data;
  if (len < sizeof *h)
    return;
  if (choice % 8 != 1) { /* a header that is accepted */
    memcpy(h->magic, MS_TRACE_MAGIC, 8);
    h->version_major = 1;
    h->features = 0;
    h->header_size = 4096;
    h->pointer_bytes = 8;
  }
  h->crc = ms_crc32c(0, data, offsetof(struct ms_trace_header, crc));
  for (size_t at = 4096; at + sizeof(struct ms_chunk_header) <= len; at += 4096) {
    struct ms_chunk_header c;
    memcpy(&c, data + at, sizeof c);
    if (c.magic != MS_CHUNK_MAGIC)
      continue;
    c.head_crc = ms_chunk_head_crc(&c);
    if (c.used <= len - at - sizeof c && choice % 16 != 2)
      c.data_crc = ms_crc32c(0, data + at + sizeof c, c.used);
    memcpy(data + at, &c, sizeof c);
  }
}

