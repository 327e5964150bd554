/* rt_file.h - the trace file of this process: header, space, the end of recording.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One file per process. Threads reserve space with an atomic add and map what they got;
 * nobody waits for anybody. Every function here may be called from a signal handler.
 */
#ifndef MEMSCOPE_RUNTIME_RT_FILE_H
#define MEMSCOPE_RUNTIME_RT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memscope/trace_format.h"

/* Fork that made this process, for the header; zeros if it was not forked. */
struct msrt_origin {
  uint32_t fork_parent;
  uint64_t fork_time;
};

/* Create the file (options `out`). One line on stderr if that fails; false then. */
bool msrt_file_open(const struct msrt_origin *origin);

/* Whether a file is open and recording has not been stopped. */
bool msrt_file_active(void);

/* SIZE (a multiple of 4096) fresh bytes of the file, mapped and zero; their offset is not
 * told. NULL if there is no more space: recording has then been stopped. */
void *msrt_file_chunk(size_t size, bool populate);

/* Note the present as the header's last_time. */
void msrt_file_touch(void);

/* In a process that was made to add to its parent's trace: get at the file. */
bool msrt_file_share(void);

/* N events were not recorded. */
void msrt_file_drop(uint64_t n);

/* A new thread's number: 1, 2, ... */
uint32_t msrt_file_thread_number(void);

/* The process ended through exit. */
void msrt_file_exited(void);

/* In a forked child: forget the parent's file without touching it. */
void msrt_file_forget(void);

/* Absolute path of the trace, "" if there is none. */
const char *msrt_file_path(void);

#endif
