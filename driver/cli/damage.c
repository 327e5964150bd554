/* damage.c - see damage.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "driver/cli/damage.h"

#include <inttypes.h>

#include "driver/cli/cli.h"

void ms_cli_warn_of(const char *path, const struct ms_trace_damage *d) {
  if (d->bad_chunks || d->bad_records || d->unknown_contexts)
    ms_cli_warn("%s: damaged: %" PRIu64 " chunks, %" PRIu64 " records left out, %" PRIu64
                " events without their context; first: %s",
                path, d->bad_chunks, d->bad_records, d->unknown_contexts, d->first);
  if (d->torn_tail)
    ms_cli_warn("%s: the file is cut short; what is there was read", path);
}

void ms_cli_warn_damage(const struct ms_trace *trace) {
  ms_cli_warn_of(ms_trace_path(trace), ms_trace_damage(trace));
}
