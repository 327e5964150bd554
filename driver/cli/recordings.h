/* recordings.h - which traces a run has left behind.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_RECORDINGS_H
#define MEMSCOPE_DRIVER_CLI_RECORDINGS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ms_recording {
  char *path;
  uint32_t pid, ppid, fork_parent;
  uint64_t start_unix_ns;
};

struct ms_recordings {
  struct ms_recording *items; /* the main process first, then by start */
  size_t count, capacity;
};

/* The traces in DIR that began at SINCE (ns since 1970) or later and belong to the process
 * PID or its descendants. Release with ms_recordings_fini. */
void ms_recordings_find(const char *dir, pid_t pid, uint64_t since, struct ms_recordings *ret);
void ms_recordings_fini(struct ms_recordings *recordings);

/* Whether the file at PATH is a trace (begins as one). */
int ms_is_trace(const char *path);

#endif
