/* trace_file.c - see trace_file.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The walk goes from chunk to chunk by their sizes, and page by page where there is no
 * valid header. Long runs of pages that were reserved and never written are holes in the
 * file; SEEK_DATA jumps over them, so a sparse file of a terabyte is no denial of service.
 * Chunks never overlap, so all payloads together are no longer than the file.
 */
#include "analysis/trace/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/crc32c.h"
#include "support/grow.h"

#define HEADER_SIZE_MAX (1u << 20)
#define CHUNK_HEADER sizeof(struct ms_chunk_header)

void ms_damage_note(struct ms_trace_damage *damage, const char *fmt, ...) {
  if (damage->first[0])
    return;
  va_list args;
  va_start(args, fmt);
  vsnprintf(damage->first, sizeof damage->first, fmt, args);
  va_end(args);
}

size_t ms_read_at(int fd, void *bytes, size_t len, uint64_t offset) {
  size_t got = 0;
  while (got < len) {
    ssize_t n = pread(fd, (char *)bytes + got, len - got, (off_t)(offset + got));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    got += (size_t)n;
  }
  return got;
}

enum ms_status ms_trace_header_check(const void *bytes, size_t len, struct ms_error *err) {
  struct ms_trace_header h;
  size_t magic_len = sizeof h.magic;
  if (len < magic_len || memcmp(bytes, MS_TRACE_MAGIC, magic_len) != 0)
    return ms_error_set(err, MS_ERR_INPUT, "not a MemScope trace (no magic number at its start)");
  if (len < sizeof h)
    return ms_error_set(err, MS_ERR_INPUT, "the header is cut short: got %zu bytes, expected %zu", len,
                        sizeof h);
  memcpy(&h, bytes, sizeof h);
  if (h.version_major != MS_TRACE_VERSION_MAJOR)
    return ms_error_set(err, MS_ERR_INPUT, "trace format version %u.%u, expected %u.x (use the memscope it was recorded with)",
                        h.version_major, h.version_minor, MS_TRACE_VERSION_MAJOR);
  uint32_t crc = ms_crc32c(0, bytes, offsetof(struct ms_trace_header, crc));
  if (crc != h.crc)
    return ms_error_set(err, MS_ERR_INPUT, "the header is damaged: checksum 0x%08x, expected 0x%08x", h.crc, crc);
  if (h.features & ~(uint64_t)MS_TRACE_FEATURES_KNOWN)
    return ms_error_set(err, MS_ERR_INPUT, "the trace uses features 0x%" PRIx64 " that this version does not know",
                        h.features & ~(uint64_t)MS_TRACE_FEATURES_KNOWN);
  if (h.header_size == 0 || h.header_size % MS_TRACE_PAGE || h.header_size > HEADER_SIZE_MAX)
    return ms_error_set(err, MS_ERR_INPUT, "header size %u, expected a multiple of %u up to %u", h.header_size,
                        MS_TRACE_PAGE, HEADER_SIZE_MAX);
  if (h.pointer_bytes != 8)
    return ms_error_set(err, MS_ERR_INPUT, "pointers of %u bytes, expected 8", h.pointer_bytes);
  return MS_OK;
}

uint32_t ms_chunk_head_crc(const struct ms_chunk_header *header) {
  struct ms_chunk_header h = *header;
  h.flags = 0;
  h.used = 0;
  return ms_crc32c(0, &h, offsetof(struct ms_chunk_header, head_crc));
}

bool ms_chunk_header_is_valid(const struct ms_chunk_header *header) {
  return header->magic == MS_CHUNK_MAGIC && header->head_crc == ms_chunk_head_crc(header) &&
         header->size >= MS_TRACE_PAGE && header->size % MS_TRACE_PAGE == 0 &&
         header->size <= MS_CHUNK_MAX_SIZE;
}

/* The page at or behind OFFSET that holds data, or the file's size. */
static uint64_t next_data_page(const struct ms_trace_file *file, uint64_t offset) {
  off_t data = lseek(file->fd, (off_t)offset, SEEK_DATA);
  if (data < 0)
    return errno == ENXIO ? file->size : offset;
  uint64_t page = (uint64_t)data / MS_TRACE_PAGE * MS_TRACE_PAGE;
  return page > offset ? page : offset;
}

static void add_chunk(struct ms_trace_file *file, uint64_t offset, const struct ms_chunk_header *h,
                      struct ms_trace_damage *damage) {
  struct ms_chunk c = {
      .offset = offset, .base_time = h->base_time, .base_addr = h->base_addr, .size = h->size,
      .lane = h->lane, .seq = h->seq, .thread = h->thread, .used = h->used, .data_crc = h->data_crc,
      .kind = h->kind, .is_sealed = h->flags & MS_CHUNK_F_SEALED};
  uint32_t room = h->size - (uint32_t)CHUNK_HEADER;
  uint32_t most = h->kind == MS_CHUNK_EVENTS ? room - MS_CHUNK_TAIL : room;
  if (c.is_sealed && c.used > most) {
    damage->bad_chunks++;
    ms_damage_note(damage, "chunk at byte %" PRIu64 ": %u bytes in use, expected at most %u", offset, c.used, most);
    return;
  }
  c.payload = c.is_sealed ? c.used : most;
  uint64_t in_file = file->size - offset - CHUNK_HEADER;
  if (c.payload > in_file) {
    c.payload = (uint32_t)in_file;
    c.is_torn = true;
  }
  if (c.size > file->size - offset)
    damage->torn_tail = true;
  if (!c.is_sealed)
    damage->unsealed_chunks++;
  MS_GROW(file->chunks, file->chunk_count, file->chunk_capacity);
  file->chunks[file->chunk_count++] = c;
}

static void walk(struct ms_trace_file *file, struct ms_trace_damage *damage) {
  uint64_t offset = file->header.header_size;
  while (offset < file->size && file->size - offset >= CHUNK_HEADER) {
    struct ms_chunk_header h;
    if (ms_read_at(file->fd, &h, sizeof h, offset) < sizeof h)
      break;
    if (ms_chunk_header_is_valid(&h)) {
      add_chunk(file, offset, &h, damage);
      offset += h.size;
      continue;
    }
    if (h.magic == MS_CHUNK_MAGIC) {
      damage->bad_chunks++;
      ms_damage_note(damage, "chunk at byte %" PRIu64 ": damaged header", offset);
    }
    offset = next_data_page(file, offset + MS_TRACE_PAGE);
  }
  if (offset < file->size && file->size % MS_TRACE_PAGE) /* less than a chunk header is left */
    damage->torn_tail = true;
}

enum ms_status ms_trace_file_open(const char *path, struct ms_trace_file *ret_file,
                                  struct ms_trace_damage *damage, struct ms_error *err) {
  struct ms_trace_file file = {.fd = -1};
  enum ms_status status;
  unsigned char bytes[sizeof file.header];
  struct stat st;

  /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
  file.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file.fd < 0 || fstat(file.fd, &st) < 0) {
    status = ms_error_errno(err, errno, "%s", path);
    goto fail;
  }
  if (!S_ISREG(st.st_mode)) {
    status = ms_error_set(err, MS_ERR_INPUT, "%s: not a regular file", path);
    goto fail;
  }
  file.size = (uint64_t)st.st_size;
  size_t len = ms_read_at(file.fd, bytes, sizeof bytes, 0);
  status = ms_trace_header_check(bytes, len, err);
  if (status != MS_OK) {
    ms_error_prefix(err, "%s: ", path);
    goto fail;
  }
  memcpy(&file.header, bytes, sizeof bytes);
  file.path = ms_xstrdup(path);
  if (file.size < file.header.header_size)
    damage->torn_tail = true;
  walk(&file, damage);
  *ret_file = file;
  return MS_OK;

fail:
  if (file.fd >= 0)
    close(file.fd);
  return status;
}

void ms_trace_file_close(struct ms_trace_file *file) {
  close(file->fd);
  free(file->path);
  free(file->chunks);
}

bool ms_chunk_data_is_valid(const struct ms_trace_file *file, const struct ms_chunk *chunk,
                            void *buffer, size_t buffer_size) {
  if (!chunk->is_sealed || chunk->is_torn)
    return true;
  uint32_t crc = 0;
  uint64_t offset = chunk->offset + CHUNK_HEADER;
  for (uint32_t left = chunk->used; left;) {
    size_t want = left < buffer_size ? left : buffer_size;
    if (ms_read_at(file->fd, buffer, want, offset) < want)
      return false;
    crc = ms_crc32c(crc, buffer, want);
    offset += want;
    left -= (uint32_t)want;
  }
  return crc == chunk->data_crc;
}
