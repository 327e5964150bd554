/* lifecycle.h - the process: start, fork, exec, exit.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_LIFECYCLE_H
#define MEMSCOPE_RUNTIME_LIFECYCLE_H

#include <stdbool.h>
#include <stdint.h>

struct msrt_lane;
struct msrt_thread;

enum msrt_start {
  MSRT_START_OK,   /* a trace is open (or was, before recording stopped) */
  MSRT_START_OFF,  /* this program is not recorded */
  MSRT_START_LATER /* another thread or an outer call is just starting up */
};

/* Make sure that options are read and the trace is open; in a forked child, that it has
 * its own. Called with signals blocked and the thread's gate at INTERNAL. */
enum msrt_start msrt_lifecycle_start(void);

/* Write what a reader should know about the process into the first lane of a trace. */
void msrt_lifecycle_describe(struct msrt_lane *lane);

/* Write how pointers are followed, if they are, and the trace has begun without it. */
void msrt_lifecycle_describe_tracking(void);
/* Writes the levels of modules that came after that. */
void msrt_lifecycle_describe_levels(void);

/* T has found out that this is a forked child: back to NEW, without the parent's lanes. */
void msrt_lifecycle_forked(struct msrt_thread *t);

/* Around fork, in the parent. PID: of the child. */
void msrt_lifecycle_before_fork(void);
void msrt_lifecycle_after_fork(int pid);

/* The process is about to exec, or to end with STATUS (-1 unknown). Recording goes on. */
void msrt_lifecycle_exec(void);
void msrt_lifecycle_exit(int status);

/* The program's file name without its directory. */
const char *msrt_lifecycle_name(void);

#endif
