/* damage.h - the warning that a trace was not read whole.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_DAMAGE_H
#define MEMSCOPE_DRIVER_CLI_DAMAGE_H

#include "analysis/trace/trace.h"

/* Warns if parts of TRACE, which has been read to its end, were left out: conclusions may be wrong then. */
void ms_cli_warn_damage(const struct ms_trace *trace);

/* The same for figures that come from elsewhere. */
void ms_cli_warn_of(const char *path, const struct ms_trace_damage *damage);

#endif
