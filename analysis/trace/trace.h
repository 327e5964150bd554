/* trace.h - open a .mscope file, look up its metadata, read its events in time order.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Opening checks the header, walks the chunks and reads all metadata;
 * events are then streamed: lanes are merged by time with a constant number of bytes
 * per lane, whatever the length of the trace. Context ids, which the file numbers per
 * lane, come out as ids of the whole trace, and so do strings. The input is hostile: every offset, length
 * and id is checked; what is broken is left out and counted in ms_trace_damage.
 *
 * A trace is used by one thread at a time. Pointers into it live until ms_trace_close.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_TRACE_H
#define MEMSCOPE_ANALYSIS_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/site.h"
#include "memscope/trace_format.h"
#include "support/error.h"

typedef uint32_t ms_context_id; /* index into ms_trace_context; 0 = unknown context */
typedef uint32_t ms_site_id;    /* index into ms_trace_site; 0 = no site */
typedef uint32_t ms_module_id;  /* index into ms_trace_module; 0 = no module */
typedef uint32_t ms_string_id;  /* index into ms_trace_string; 0 = no string */

struct ms_trace;

/* One site, with its strings (never NULL, NUL-terminated; bytes from the file, so pass
 * them through an escaping function before they reach a terminal). */
struct ms_trace_site {
  uint64_t key;
  const char *func, *file, *dir, *path, *type, *callee, *field, *src;
  uint32_t line, flags, type_size, decl_line, offset;
  uint16_t column;
  uint8_t kind;     /* enum ms_site_kind */
  uint8_t slot;     /* enum ms_slot_kind */
  uint8_t src_slot; /* the same, of src */
  uint8_t index;
};

struct ms_trace_module {
  uint32_t file_id; /* id used in the file */
  uint64_t start, end, bias;
  const char *path;
  const unsigned char *build_id;
  size_t build_id_len;
};

struct ms_trace_frame {
  ms_module_id module;
  uint64_t offset; /* from the module's start; the address itself when module is 0 */
};

/* Why and from where an event happened. Equal contexts of different lanes are one. */
struct ms_trace_context {
  uint8_t fn; /* enum ms_alloc_fn; 0: of a pointer copy, whose site is the name site */
  uint16_t flags;
  ms_site_id name_site; /* who gives the block its name; 0 none */
  ms_site_id call_site; /* the call of the allocator; 0 none */
  uint32_t frame_count;
  const struct ms_trace_frame *frames; /* frame 0 = caller of the allocator */
};

struct ms_trace_thread {
  uint32_t number, os_id;
  const char *name;
};

/* What could not be read. All zero: the file is whole. */
struct ms_trace_damage {
  uint64_t bad_chunks;       /* header or checksum wrong, out of sequence */
  uint64_t bad_records;      /* malformed event (the rest of its chunk is left out) or meta record */
  uint64_t unknown_contexts; /* events whose context or string is not defined */
  uint64_t unsealed_chunks;  /* not damage: the program was killed or still runs */
  bool torn_tail;            /* the file ends inside a chunk */
  char first[256];           /* the first problem: "chunk at byte 8192: ..." or "" */
};

/* One event in the trace's own units. */
struct ms_event {
  uint64_t time; /* ticks since the start of the trace (header.start_time); never goes back within a lane */
  uint64_t addr; /* address field, or 0 */
  uint64_t size; /* size field in bytes, or field B of kinds that have a plain number there */
  uint64_t value;  /* field B where it is a pointer (store, bind, leave, pass); 0 is NULL */
  uint64_t number; /* field A where it is a plain number (thread, fork, exit) or a string (ms_string_id) */
  uint64_t id;     /* ordinal of the event in merged order, from 1: what reports cite */
  ms_context_id context;
  uint32_t lane;
  uint32_t thread; /* thread number */
  uint8_t kind;    /* enum ms_event_kind */
};

/* Opens the trace at PATH; close with ms_trace_close. Fails when the file cannot be read
 * or is not a trace; damage inside is no failure. */
MS_NODISCARD enum ms_status ms_trace_open(const char *path, struct ms_trace **ret_trace,
                                          struct ms_error *err);
void ms_trace_close(struct ms_trace *trace);

const char *ms_trace_path(const struct ms_trace *trace);
const struct ms_trace_header *ms_trace_header(const struct ms_trace *trace);
const struct ms_trace_damage *ms_trace_damage(const struct ms_trace *trace); /* grows while events are read */

/* Ticks per second, from the header; 0 when it cannot be known. */
double ms_trace_tick_hz(const struct ms_trace *trace);

/* The value of an info record, or NULL. */
const char *ms_trace_info(const struct ms_trace *trace, const char *key);

/* Whether the recording stopped before the program did: the disk was full, or `maxsize` was reached. */
bool ms_trace_has_stopped(const struct ms_trace *trace);

/* The range of addresses that tracked blocks lie in, [*RET_FIRST, *RET_BEHIND); false when
 * no pointer copies were recorded. */
bool ms_trace_arena(const struct ms_trace *trace, uint64_t *ret_first, uint64_t *ret_behind);

/* The recorded command line: COUNT arguments. */
size_t ms_trace_arg_count(const struct ms_trace *trace);
const char *ms_trace_arg(const struct ms_trace *trace, size_t index);

/* Tables. Valid ids are 1 .. count; id 0 gives an empty record, never NULL. */
uint32_t ms_trace_context_count(const struct ms_trace *trace);
const struct ms_trace_context *ms_trace_context(const struct ms_trace *trace, ms_context_id id);
uint32_t ms_trace_site_count(const struct ms_trace *trace);
const struct ms_trace_site *ms_trace_site(const struct ms_trace *trace, ms_site_id id);
uint32_t ms_trace_module_count(const struct ms_trace *trace);
const struct ms_trace_module *ms_trace_module(const struct ms_trace *trace, ms_module_id id);
uint32_t ms_trace_string_count(const struct ms_trace *trace);
const char *ms_trace_string(const struct ms_trace *trace, ms_string_id id);
/* The thread with NUMBER, or NULL. */
const struct ms_trace_thread *ms_trace_thread(const struct ms_trace *trace, uint32_t number);
uint32_t ms_trace_thread_count(const struct ms_trace *trace);

/* Reads the next event in merged order into *EVENT. False at the end. */
bool ms_trace_next(struct ms_trace *trace, struct ms_event *event);

/* Starts again at the first event. */
void ms_trace_rewind(struct ms_trace *trace);

/* Text names of the enumerations, "?" for a value that is not one. */
const char *ms_event_kind_name(unsigned kind);
const char *ms_alloc_fn_name(unsigned fn);
const char *ms_report_code_name(unsigned code); /* "heap-use-after-free" */
const char *ms_alloc_fn_family(unsigned fn);
const char *ms_site_kind_name(unsigned kind);
const char *ms_slot_kind_name(unsigned slot);

#endif
