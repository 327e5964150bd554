/* snapshot.h - what points at tracked blocks, found by looking.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_SNAPSHOT_H
#define MEMSCOPE_RUNTIME_SNAPSHOT_H

#include <stdbool.h>

/* Write a snapshot called NAME to the trace. The program is stopped for as long as a fork
 * takes; WAIT: until it has been written. Nothing happens if no blocks are followed or no
 * process can be made. From any thread, and in signal handlers. */
void msrt_snapshot(const char *name, bool wait);

/* Take one whenever signal NUMBER arrives. Once, from the constructor. */
void msrt_snapshot_on_signal(int number);

#endif
