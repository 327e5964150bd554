/* trace_format.h - the bytes of a .mscope file, as C declarations.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * docs/trace-format.md is the specification and explains every field; this header must
 * agree with it. All integers are little-endian. A changed byte = a changed version, the
 * document and the golden files in one commit.
 */
#ifndef MEMSCOPE_TRACE_FORMAT_H
#define MEMSCOPE_TRACE_FORMAT_H

#include <stdint.h>

#define MS_TRACE_MAGIC "\x89MSCP\r\n\x1a"
#define MS_TRACE_VERSION_MAJOR 1
#define MS_TRACE_VERSION_MINOR 3
#define MS_TRACE_PAGE 4096u
#define MS_TRACE_FEATURES_KNOWN 0u /* incompatible features this code understands */

/* A name event with this name marks the block as one that may stay: memscope_ignore. */
#define MS_NAME_IGNORE "memscope:ignore"

enum ms_event_kind {
#define MS_EVENT(value, NAME, text, a, b, c, d) MS_EV_##NAME = value,
#include "memscope/records.def"
  MS_EV_EXTENDED = 15 /* in the file: the kind is in field A */
};

enum ms_alloc_fn {
  MS_FN_NONE = 0,
#define MS_ALLOC_FN(value, NAME, text, family) MS_FN_##NAME = value,
#include "memscope/records.def"
};

/* What a report event says: its field B is this | MS_REPORT_WRITE | size << MS_REPORT_SIZE_SHIFT. */
enum ms_report_code {
  MS_REPORT_OTHER = 0,
#define MS_REPORT(value, NAME, text) MS_REPORT_##NAME = value,
#include "memscope/records.def"
};
#define MS_REPORT_CODE 0x7fu
#define MS_REPORT_WRITE 0x80u
#define MS_REPORT_SIZE_SHIFT 8

/* What a canary event says: its field B is how many bytes there are from the first wrong one to the
 * last (MS_CANARY_EXTENT: that many or more) | what the first MS_CANARY_SHOWN of them hold << 8. */
#define MS_CANARY_EXTENT 0xffu
#define MS_CANARY_SHOWN 7u

enum ms_meta_kind {
  MS_META_END = 0,
#define MS_META(value, NAME, text) MS_META_##NAME = value,
#include "memscope/records.def"
};

/* Why recording ended before the process did (ms_trace_header.stop_reason). */
enum ms_stop_reason {
  MS_STOP_NONE = 0,
  MS_STOP_NO_SPACE = 1,  /* the file system is full (ENOSPC, EDQUOT) */
  MS_STOP_FILE_LIMIT = 2, /* RLIMIT_FSIZE or the maxsize option */
  MS_STOP_IO = 3,        /* another error, number in stop_errno */
  MS_STOP_FILE_LOST = 4  /* the file descriptor and the path no longer name the trace */
};

enum ms_trace_state { MS_STATE_RUNNING = 0, MS_STATE_EXITED = 1 };

struct ms_trace_header {
  unsigned char magic[8];
  uint16_t version_major;
  uint16_t version_minor;
  uint32_t header_size;  /* 4096: where the first chunk starts */
  uint64_t features;     /* incompatible features: a reader refuses unknown bits */
  uint64_t start_time;   /* ticks */
  uint64_t start_unix_ns;
  uint64_t tick_hz;      /* ticks per second if the hardware says; 0: derive from last_* */
  uint32_t pid;
  uint32_t ppid;
  uint8_t arch;          /* 1 x86-64, 2 AArch64 */
  uint8_t pointer_bytes; /* 8 */
  uint16_t abi_version;
  uint32_t fork_parent;  /* pid whose heap this process inherited by fork; 0 none */
  uint64_t fork_time;    /* ticks; events of the parent before it are part of our past */
  uint8_t reserved[52];
  uint32_t crc;          /* CRC-32C of bytes 0..123 */
  /* From here on (byte 128) the fields change while the program runs. */
  uint64_t last_time;    /* ticks and wall time at the last chunk change or exit */
  uint64_t last_unix_ns;
  uint32_t state;        /* enum ms_trace_state */
  uint32_t stop_reason;  /* enum ms_stop_reason */
  uint32_t stop_errno;
  uint32_t thread_count; /* threads seen so far */
  uint64_t dropped;      /* events not recorded */
  uint64_t file_end;     /* next free byte, multiple of 4096; where the next chunk goes */
};

enum ms_chunk_kind { MS_CHUNK_EVENTS = 1, MS_CHUNK_META = 2 };

#define MS_CHUNK_MAGIC 0x4b43534du /* "MSCK" */
#define MS_CHUNK_F_SEALED 0x1u
#define MS_CHUNK_MAX_SIZE (16u << 20)
#define MS_LANE_TOOLS 0xffffffffu /* lane of chunks that the tools appended */

struct ms_chunk_header {
  uint32_t magic;
  uint16_t kind;      /* enum ms_chunk_kind */
  uint16_t flags;     /* MS_CHUNK_F_*; changes when the chunk is sealed */
  uint32_t size;      /* bytes of the whole chunk, multiple of 4096 */
  uint32_t used;      /* payload bytes in use; valid when sealed */
  uint32_t lane;
  uint32_t seq;       /* 0, 1, 2 ... per lane and kind */
  uint64_t base_time; /* what the first time delta is relative to */
  uint64_t base_addr; /* what the first address delta is relative to */
  uint32_t thread;    /* number of the thread that owned the lane when it began */
  uint32_t head_crc;  /* CRC-32C of bytes 0..43 with flags and used taken as 0 */
  uint32_t data_crc;  /* CRC-32C of the used payload bytes; valid when sealed */
  uint32_t reserved[3];
};

#define MS_CHUNK_TAIL 64u /* bytes at the end of an events chunk that hold no record */

#define MS_EVENT_KINDS 48u /* kinds are 1 to 15 (in the header) and 16 to 47 (in field A) */

/* Event header: 16 bits. */
#define MS_EVENT_KIND(h) ((unsigned)(h)&15u)
#define MS_EVENT_LEN_CODE(h, field) (((unsigned)(h) >> (4 + 3 * (field))) & 7u)
#define MS_EVENT_LEN(code) ((code) == 7u ? 8u : (code))

struct ms_meta_head {
  uint16_t type; /* enum ms_meta_kind */
  uint16_t reserved;
  uint32_t len;  /* payload bytes that follow, without the padding to 8 */
};

#ifdef __cplusplus
static_assert(sizeof(struct ms_trace_header) == 176, "trace header layout");
static_assert(sizeof(struct ms_chunk_header) == 64, "chunk header layout");
#else
_Static_assert(sizeof(struct ms_trace_header) == 176, "trace header layout");
_Static_assert(sizeof(struct ms_chunk_header) == 64, "chunk header layout");
#endif

#endif
