/* trace_finish.c - see trace_finish.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Cutting a file that a program has mapped would kill that program with SIGBUS, and a pid
 * says little (namespaces, reuse). So the kernel is asked whether anybody else has the file
 * open for writing: only then it refuses a write lease. The order of the writes:
 *   1. an open chunk: its header, 64 bytes in one write, with its real size and checksums;
 *      what it claimed beyond that are zeros, which a reader walks over;
 *   2. the end of the file is cut down to the last page that is not all zeros;
 *   3. new META chunks behind it: payload first, header last.
 * A chunk with damage inside is left as it is.
 */
#include "analysis/trace/trace_finish.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/trace/drop_sites.h"
#include "analysis/trace/event_decode.h"
#include "analysis/trace/symbols.h"
#include "analysis/trace/trace_parts.h"
#include "analysis/trace/trace_record.h"
#include "analysis/trace/trace_writer.h"
#include "support/grow.h"

#define HEADER sizeof(struct ms_chunk_header)
#define SYMBOL_CHUNK (256u << 10)

struct finisher {
  const char *path;
  int fd;
  struct ms_finish_result *result;
  struct ms_error *err;
};

static enum ms_status write_at(struct finisher *f, const void *bytes, size_t len, uint64_t offset) {
  for (size_t done = 0; done < len;) {
    ssize_t n = pwrite(f->fd, (const char *)bytes + done, len - done, (off_t)(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return ms_error_errno(f->err, n < 0 ? errno : EIO, "%s: cannot write", f->path);
    done += (size_t)n;
  }
  return MS_OK;
}

/* Whether somebody else has the file open for writing, or has it mapped. */
static bool is_in_use(int fd) {
  if (fcntl(fd, F_SETLEASE, F_WRLCK) == 0) {
    fcntl(fd, F_SETLEASE, F_UNLCK);
    return false;
  }
  return errno == EAGAIN || errno == EBUSY;
}

/* Where the records of an open chunk end; false when something in it is wrong. */
static bool measure(const struct ms_chunk *chunk, const unsigned char *payload, uint32_t *ret_used) {
  uint32_t at = 0;
  if (chunk->kind == MS_CHUNK_EVENTS) {
    while (chunk->payload - at >= 2) {
      struct ms_raw_event raw;
      uint32_t len = (uint32_t)(ms_event_decode(payload + at, &raw) - (payload + at));
      if (raw.header == 0)
        break;
      if (MS_EVENT_KIND(raw.header) == 0 || len > chunk->payload - at)
        return false;
      at += len;
    }
  } else {
    while (chunk->payload - at >= sizeof(struct ms_meta_head)) {
      struct ms_meta_head head;
      memcpy(&head, payload + at, sizeof head);
      if (head.type == MS_META_END)
        break;
      uint64_t next = at + sizeof head + (head.len + UINT64_C(7)) / 8 * 8;
      if (next > chunk->payload)
        return false;
      at = (uint32_t)next;
    }
  }
  *ret_used = at;
  return true;
}

static bool is_zero(const unsigned char *bytes, size_t len) {
  return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

static enum ms_status seal_chunk(struct finisher *f, const struct ms_chunk *chunk) {
  struct ms_chunk_header header;
  uint32_t used;
  unsigned char *payload = ms_xcalloc((size_t)chunk->size + MS_EVENT_SLACK, 1);
  enum ms_status status = MS_OK;
  size_t room = chunk->size - HEADER;
  /* A torn chunk stays open: its size says that something is missing. */
  if (ms_read_at(f->fd, &header, HEADER, chunk->offset) == HEADER &&
      ms_read_at(f->fd, payload, room, chunk->offset + HEADER) == room && measure(chunk, payload, &used) &&
      is_zero(payload + used, room - used)) {
    size_t need = HEADER + used + (chunk->kind == MS_CHUNK_EVENTS ? MS_CHUNK_TAIL : 0);
    header.size = (uint32_t)((need + MS_TRACE_PAGE - 1) / MS_TRACE_PAGE * MS_TRACE_PAGE);
    ms_chunk_header_seal(&header, payload, used);
    status = write_at(f, &header, HEADER, chunk->offset);
    if (status == MS_OK && header.size < chunk->size) /* zeros already; only frees the space */
      (void)!fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)(chunk->offset + header.size),
                       chunk->size - header.size);
    f->result->chunks_sealed++;
  }
  free(payload);
  return status;
}

/* Cuts the zeros at the end of the file off, in whole pages, not below LEAST. */
static enum ms_status trim_tail(struct finisher *f, uint64_t least) {
  struct stat st;
  unsigned char block[65536];
  if (fstat(f->fd, &st) < 0)
    return ms_error_errno(f->err, errno, "%s", f->path);
  uint64_t end = (uint64_t)st.st_size;
  while (end > least) {
    uint64_t begin = (end - 1) / sizeof block * sizeof block;
    begin = begin < least ? least : begin;
    size_t len = (size_t)(end - begin);
    if (ms_read_at(f->fd, block, len, begin) < len)
      return ms_error_set(f->err, MS_ERR_SYSTEM, "%s: cannot read", f->path);
    if (is_zero(block, len)) {
      end = begin;
      continue;
    }
    while (block[len - 1] == 0)
      len--;
    end = begin + len;
    break;
  }
  end = (end + MS_TRACE_PAGE - 1) / MS_TRACE_PAGE * MS_TRACE_PAGE;
  if (end < (uint64_t)st.st_size && ftruncate(f->fd, (off_t)end) < 0)
    return ms_error_errno(f->err, errno, "%s: cannot shorten", f->path);
  return MS_OK;
}

static enum ms_status trim(struct finisher *f) {
  struct ms_trace_file file;
  struct ms_trace_damage damage = {0};
  MS_TRY(ms_trace_file_open(f->path, &file, &damage, f->err));
  enum ms_status status = MS_OK;
  uint64_t least = file.header.header_size;
  for (size_t i = 0; i < file.chunk_count && status == MS_OK; i++) {
    const struct ms_chunk *c = &file.chunks[i];
    bool is_ours = c->kind == MS_CHUNK_EVENTS || c->kind == MS_CHUNK_META;
    if (!c->is_sealed && is_ours)
      status = seal_chunk(f, c);
    struct ms_chunk_header now;
    if (status == MS_OK && ms_read_at(f->fd, &now, HEADER, c->offset) == HEADER)
      least = c->offset + now.size; /* also keeps the zeros that belong to a chunk */
  }
  ms_trace_file_close(&file);
  return status == MS_OK ? trim_tail(f, least) : status;
}

/* Writes RECORDS as the next META chunk of the tools. */
static enum ms_status append_chunk(struct finisher *f, struct ms_record *records, uint32_t seq) {
  struct stat st;
  if (fstat(f->fd, &st) < 0)
    return ms_error_errno(f->err, errno, "%s", f->path);
  uint64_t offset = ((uint64_t)st.st_size + MS_TRACE_PAGE - 1) / MS_TRACE_PAGE * MS_TRACE_PAGE;
  uint32_t size = (uint32_t)((HEADER + records->len + MS_TRACE_PAGE - 1) / MS_TRACE_PAGE * MS_TRACE_PAGE);
  struct ms_chunk_header header = {.magic = MS_CHUNK_MAGIC, .kind = MS_CHUNK_META, .size = size,
                                   .lane = MS_LANE_TOOLS, .seq = seq};
  ms_chunk_header_seal(&header, records->bytes, (uint32_t)records->len);
  if (ftruncate(f->fd, (off_t)(offset + size)) < 0)
    return ms_error_errno(f->err, errno, "%s: cannot extend", f->path);
  MS_TRY(write_at(f, records->bytes, records->len, offset + HEADER));
  MS_TRY(write_at(f, &header, HEADER, offset));
  uint64_t end = offset + size;
  return write_at(f, &end, sizeof end, offsetof(struct ms_trace_header, file_end));
}

/* Appends PAYLOAD, which ends here, as a record of TYPE. */
static void put_meta(struct ms_record *out, uint16_t type, struct ms_record *payload) {
  struct ms_meta_head head = {type, 0, (uint32_t)payload->len};
  ms_record_put_bytes(out, &head, sizeof head);
  ms_record_put_bytes(out, payload->bytes, payload->len);
  ms_record_put(out, 0, (8 - payload->len % 8) % 8);
  ms_record_fini(payload);
}

static void put_symbol(struct ms_record *out, uint64_t frame, size_t level, const struct ms_symbol *symbol) {
  struct ms_record r = {NULL, 0, 0};
  ms_record_put(&r, frame, 8);
  ms_record_put(&r, level, 2);
  ms_record_put(&r, 0, 2);
  ms_record_put(&r, symbol->line, 4);
  ms_record_put_str(&r, symbol->function);
  ms_record_put_str(&r, symbol->file);
  put_meta(out, MS_META_SYMBOL, &r);
}

static void put_site(struct ms_record *out, const struct ms_trace_site *site) {
  struct ms_record r = {NULL, 0, 0};
  const char *const strings[] = {site->func, site->file, site->dir, site->path, site->type, site->callee, site->field,
                                 site->src};
  ms_record_put(&r, site->key, 8);
  ms_record_put(&r, site->line, 4);
  ms_record_put(&r, site->column, 2);
  ms_record_put(&r, site->kind, 1);
  ms_record_put(&r, site->slot, 1);
  ms_record_put(&r, site->flags, 4);
  ms_record_put(&r, site->type_size, 4);
  ms_record_put(&r, site->decl_line, 4);
  ms_record_put(&r, site->offset, 4);
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
    ms_record_put_str(&r, strings[i]);
  ms_record_put(&r, site->src_slot, 1);
  ms_record_put(&r, site->index, 1);
  put_meta(out, MS_META_SITE, &r);
}

static uint32_t next_tools_seq(const struct ms_trace *trace) {
  uint32_t next = 0;
  for (size_t i = 0; i < trace->file.chunk_count; i++) {
    const struct ms_chunk *c = &trace->file.chunks[i];
    if (c->kind == MS_CHUNK_META && c->lane == MS_LANE_TOOLS && c->seq >= next)
      next = c->seq + 1;
  }
  return next;
}

/* What the trace does not have and the binaries do of functions that are handed blocks. */
static enum ms_status add_drops(struct finisher *f, struct ms_trace *trace, uint32_t *seq) {
  struct ms_record records = {NULL, 0, 0};
  enum ms_status status = MS_OK;
  ms_site_id known = ms_trace_site_count(trace);
  ms_drop_sites_learn(trace);
  for (ms_site_id id = known + 1; id <= ms_trace_site_count(trace) && status == MS_OK; id++) {
    put_site(&records, ms_trace_site(trace, id));
    if (records.len >= SYMBOL_CHUNK) {
      status = append_chunk(f, &records, (*seq)++);
      ms_record_clear(&records);
    }
  }
  if (status == MS_OK && records.len)
    status = append_chunk(f, &records, (*seq)++);
  ms_record_fini(&records);
  return status;
}

static enum ms_status name_frames(struct finisher *f, struct ms_trace *trace) {
  struct ms_symbols *symbols = ms_symbols_new(trace);
  struct ms_index seen = {NULL, 0, 0};
  struct ms_record records = {NULL, 0, 0};
  uint64_t *frames = NULL;
  uint32_t seq = next_tools_seq(trace), frame_capacity = 0, frame_count = 0;
  enum ms_status status = add_drops(f, trace, &seq);
  for (ms_context_id id = 1; id <= ms_trace_context_count(trace) && status == MS_OK; id++) {
    const struct ms_trace_context *context = ms_trace_context(trace, id);
    for (uint32_t i = 0; i < context->frame_count && status == MS_OK; i++) {
      uint64_t raw = ms_frame_raw(&trace->tables, &context->frames[i]), hash = ms_hash_u64(raw);
      struct ms_index_cursor ic = ms_index_start(&seen, hash);
      bool is_known = false;
      for (uint32_t j; !is_known && ms_index_next(&seen, &ic, &j);)
        is_known = frames[j] == raw;
      if (is_known)
        continue;
      ms_index_add(&seen, hash, frame_count);
      MS_GROW(frames, frame_count, frame_capacity);
      frames[frame_count++] = raw;
      size_t count;
      const struct ms_symbol *found = ms_symbols_lookup(symbols, &context->frames[i], &count);
      f->result->named += found[0].function[0] != '\0';
      if (found[0].function[0] == '\0' || ms_tables_symbol(&trace->tables, raw, 0))
        continue;
      for (size_t level = 0; level < count; level++)
        put_symbol(&records, raw, level, &found[level]);
      if (records.len >= SYMBOL_CHUNK) {
        status = append_chunk(f, &records, seq++);
        ms_record_clear(&records);
      }
    }
  }
  f->result->frames = frame_count;
  if (status == MS_OK && records.len)
    status = append_chunk(f, &records, seq);
  ms_record_fini(&records);
  free(frames);
  ms_index_fini(&seen);
  ms_symbols_free(symbols);
  return status;
}

enum ms_status ms_trace_finish(const char *path, unsigned what, struct ms_finish_result *ret_result,
                               struct ms_error *err) {
  struct ms_finish_result result = {0};
  struct finisher f = {path, -1, &result, err};
  struct ms_trace *trace = NULL;
  struct stat st;
  enum ms_status status;
  f.fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (f.fd < 0 || fstat(f.fd, &st) < 0)
    status = ms_error_errno(err, errno, "%s", path);
  else if (flock(f.fd, LOCK_EX | LOCK_NB) < 0 || is_in_use(f.fd))
    status = ms_error_set(err, MS_ERR_SYSTEM, "%s: still being written, expected its program to have ended", path);
  else
    status = MS_OK;
  if (status == MS_OK) {
    result.size_before = (uint64_t)st.st_size;
    if (what & MS_FINISH_TRIM)
      status = trim(&f);
  }
  if (status == MS_OK && what & MS_FINISH_SYMBOLS) {
    status = ms_trace_open(path, &trace, err);
    if (status == MS_OK)
      status = name_frames(&f, trace);
    ms_trace_close(trace);
  }
  if (status == MS_OK && fstat(f.fd, &st) == 0) {
    result.size_after = (uint64_t)st.st_size;
    *ret_result = result;
  }
  if (f.fd >= 0)
    close(f.fd);
  return status;
}
