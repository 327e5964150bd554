/* drop_sites.h - where functions let go of what they are handed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block that goes straight from its allocation into a call ("argument 2 of push") is in a register of
 * the callee next. Where that one lets go of it is known to the compiler, and is in the site table of the
 * binary; a program does not write that part of the table. What is of use is read from there, where the
 * binary still is the one that ran, and becomes sites of the kind MS_SITE_DROP; finishing a trace
 * (trace_finish.h) keeps them in it.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_DROP_SITES_H
#define MEMSCOPE_ANALYSIS_TRACE_DROP_SITES_H

#include "analysis/trace/trace.h"
#include "support/index.h"

/* The DROP sites of a trace by function and parameter. Zero-initialised is empty. */
struct ms_drop_sites {
  struct ms_index index;
  bool is_filled;
};

/* Adds to TRACE what the binaries say and it does not. Sites that the trace has keep their ids; pointers
 * to sites do not stay valid. */
void ms_drop_sites_learn(struct ms_trace *trace);

/* The DROP site of the parameter that SITE, one of TRACE, hands a block to ("argument 2 of push"); 0 none. The
 * first call learns. */
ms_site_id ms_drop_site_of(struct ms_drop_sites *sites, struct ms_trace *trace, ms_site_id site);

void ms_drop_sites_fini(struct ms_drop_sites *sites);

#endif
