/* trace_finish.h - what is done to a trace when its program has ended.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Chunks that a killed program left open are sealed, space that was reserved and never used
 * is given back, and the names of all stack frames are added, and what drop_sites.h takes from
 * binaries, so that the trace needs no binary any more. Nothing that was recorded is lost, and an interruption at any instant
 * leaves a trace that reads as before or as after.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_FINISH_H
#define MEMSCOPE_ANALYSIS_TRACE_FINISH_H

#include "analysis/trace/trace.h"

#define MS_FINISH_TRIM 0x1u
#define MS_FINISH_SYMBOLS 0x2u

struct ms_finish_result {
  uint64_t size_before, size_after; /* bytes of the file */
  size_t chunks_sealed;
  size_t frames; /* different frames in the trace */
  size_t named;  /* of which this many have a function, now or before */
};

/* Does WHAT (MS_FINISH_*) to the trace at PATH; running it again changes nothing. Fails when
 * the file is still open for writing somewhere, its program that is. */
MS_NODISCARD enum ms_status ms_trace_finish(const char *path, unsigned what,
                                            struct ms_finish_result *ret_result, struct ms_error *err);

#endif
