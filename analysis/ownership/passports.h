/* passports.h - follows the blocks that cross into or out of code MemScope did not compile.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A block crosses when it is handed to a function that no record of the trace describes, and when
 * the call that allocated or freed it was not of instrumented code. A function that is called
 * through a pointer is foreign unless it is seen to begin. Blocks that came and went
 * the same way are counted together; memory grows with ways and live blocks.
 */
#ifndef MEMSCOPE_ANALYSIS_OWNERSHIP_PASSPORTS_H
#define MEMSCOPE_ANALYSIS_OWNERSHIP_PASSPORTS_H

#include "analysis/run/run.h"
#include "report/passports.h"

struct ms_passports;

/* Replays RUN, which has only been prepared. The passports borrow its strings. */
struct ms_passports *ms_passports_read(struct ms_run *run);
void ms_passports_free(struct ms_passports *passports);

/* The rows, most bytes first, whose status is STATUS (NULL: all). They live as long as PASSPORTS. */
struct ms_report_passports ms_passports_report(struct ms_passports *passports, const char *status);

#endif
