/* trace_assemble.h - builds a trace from its text form (docs/trace-text.md).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_ASSEMBLE_H
#define MEMSCOPE_ANALYSIS_TRACE_ASSEMBLE_H

#include <stdio.h>

#include "support/error.h"

/* Reads text from IN and writes a trace to OUT, which may be a pipe. On failure ERR names
 * the line; what was written to OUT by then is no complete trace. */
MS_NODISCARD enum ms_status ms_trace_assemble(FILE *in, FILE *out, struct ms_error *err);

#endif
