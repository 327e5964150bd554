/* find.h - all checks over one trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Replays a recording and lets every check (check_*.c) say what it finds. Nothing is
 * printed; ids in the findings (sites, contexts, events) are those of the run's own trace.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_FIND_H
#define MEMSCOPE_ANALYSIS_FINDINGS_FIND_H

#include "analysis/findings/finding.h"
#include "analysis/run/run.h"

/* Opens and replays the trace at PATH and looks for everything that finding_kinds.def names.
 * On success the run (close with ms_run_close) is in *RET_RUN, to look ids up in, and the
 * findings (free with ms_findings_free) in *RET_FINDINGS, errors first, then by bytes. */
MS_NODISCARD enum ms_status ms_find(const char *path, struct ms_run **ret_run,
                                    struct ms_findings *ret_findings, struct ms_error *err);

#endif
