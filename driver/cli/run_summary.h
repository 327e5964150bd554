/* run_summary.h - what `memscope run` says when the program has ended.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_RUN_SUMMARY_H
#define MEMSCOPE_DRIVER_CLI_RUN_SUMMARY_H

#include "driver/cli/finding_options.h"
#include "driver/cli/recordings.h"

struct ms_run_summary {
  const char *color; /* --color, or NULL */
  bool quiet;        /* print nothing but errors */
  const char *note;  /* a line about the program, or NULL */
  struct ms_finding_request *findings;
};

/* Prints one block about the first of FOUND to stderr, writes the documents that the options
 * ask for, about all of them, and returns the exit status that they ask for: 0 is none. */
int ms_run_summarize(const struct ms_run_summary *summary, const struct ms_recordings *found);

#endif
