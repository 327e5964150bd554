/* trace_dump.h - prints a trace in its text form (docs/trace-text.md).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_DUMP_H
#define MEMSCOPE_ANALYSIS_TRACE_DUMP_H

#include <stdio.h>

#include "analysis/trace/trace.h"

#define MS_DUMP_HEAD 0x1u     /* mscope, process, status */
#define MS_DUMP_PROCESS 0x2u  /* infos, arguments, threads */
#define MS_DUMP_MODULES 0x4u
#define MS_DUMP_SITES 0x8u
#define MS_DUMP_SYMBOLS 0x10u
#define MS_DUMP_CONTEXTS 0x20u
#define MS_DUMP_EVENTS 0x40u
#define MS_DUMP_ALL 0x7fu
#define MS_DUMP_NUMBERS 0x80u /* each event with its number, behind a "#" */
#define MS_DUMP_ALL_LANES UINT64_MAX

/* Prints the parts WHAT (MS_DUMP_*) of TRACE to OUT; events only of lane LANE unless it is
 * MS_DUMP_ALL_LANES. Whether the output arrived is left in ferror(OUT). */
void ms_trace_dump(struct ms_trace *trace, unsigned what, uint64_t lane, FILE *out);

/* One line a chunk: where it lies, whose it is, how full. */
void ms_trace_dump_chunks(struct ms_trace *trace, FILE *out);

/* Reads all events and prints figures: events by kind, bytes an event, sizes of tables. */
void ms_trace_dump_stats(struct ms_trace *trace, FILE *out);

/* Prints COUNT sites in the text form. */
void ms_dump_sites(const struct ms_trace_site *sites, size_t count, FILE *out);

/* COUNT sites, by kind: how many there are, have an access path, have a type. */
void ms_dump_site_summary(const struct ms_trace_site *sites, size_t count, FILE *out);

#endif
