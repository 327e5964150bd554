/* copies.h - write events of pointer copies.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_COPIES_H
#define MEMSCOPE_RUNTIME_COPIES_H

#include <stdint.h>

#include "memscope/trace_format.h"
#include "runtime/record.h"

/* What field B of an event is. */
enum msrt_b { MSRT_B_NONE, MSRT_B_NUMBER, MSRT_B_VALUE };

/* Append an event to LANE, which has room: its kind, field A as in records.def, B and, if
 * HAS_ADDRESS, ADDRESS, DELTA ticks after the lane's last event. */
void msrt_lane_put(struct msrt_lane *lane, enum ms_event_kind kind, uint64_t a, enum msrt_b form,
                   uint64_t b, uintptr_t address, bool has_address, uint64_t delta);

/* An event of KIND at ADDRESS with B, at SITE. */
void msrt_copy_event(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                     const struct ms_site *site, enum msrt_b form, uint64_t b, uintptr_t address);

/* An event of KIND with the string TEXT, and with ADDRESS if HAS_ADDRESS. */
void msrt_string_event(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                       const char *text, uintptr_t address, bool has_address);

/* End the slots in frames that were left without saying so (longjmp): those below OWN_FP. */
void msrt_copies_frames_left(struct msrt_thread *t, uintptr_t own_fp);

/* T ends: so do all slots on its stack, left by pthread_exit or not, and in its static TLS,
 * which lies between the stack and stack.high. */
void msrt_copies_thread_ends(struct msrt_thread *t);

#endif
