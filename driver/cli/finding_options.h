/* finding_options.h - the options about findings that several commands take, and what they do.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   struct ms_finding_request r; ms_finding_request_init(&r);
 *   ... ms_finding_option(&r, &args, opt) for each option ...
 *   ms_finding_prepare(&r, &err); ms_finding_apply(&r, report, &err) for each report;
 *   ms_finding_write(&r, reports, count, &err); status = ms_finding_status(&r, reports, count);
 */
#ifndef MEMSCOPE_DRIVER_CLI_FINDING_OPTIONS_H
#define MEMSCOPE_DRIVER_CLI_FINDING_OPTIONS_H

#include "driver/cli/args.h"
#include "report/finding_select.h"
#include "report/suppress.h"

struct ms_finding_request {
  const char *kinds, *baseline_path, *fail_on;
  const char *sarif, *junit; /* the file, "" standard output, NULL not asked for */
  bool all, json, github, has_exit_status;
  double min_confidence;
  uint64_t limit, exit_status;
  const char **suppression_paths;
  size_t path_count, path_capacity;
  struct ms_suppressions suppressions;
  struct ms_report *baseline;
};

void ms_finding_request_init(struct ms_finding_request *request);
void ms_finding_request_fini(struct ms_finding_request *request);

/* Applies the option OPT that ARGS has just returned. *RET_IS_OURS says whether it is one of
 * these options; false after printing an error. */
bool ms_finding_option(struct ms_finding_request *request, struct ms_args *args, int opt, bool *ret_is_ours);

/* Reads the files that the options name, and MEMSCOPE_SUPPRESSIONS. */
MS_NODISCARD enum ms_status ms_finding_prepare(struct ms_finding_request *request, struct ms_error *err);

/* Selects and suppresses the findings of REPORT. */
MS_NODISCARD enum ms_status ms_finding_apply(struct ms_finding_request *request, struct ms_report *report,
                                             struct ms_error *err);

/* Writes the documents that were asked for. Those without a file go to standard output. */
MS_NODISCARD enum ms_status ms_finding_write(const struct ms_finding_request *request,
                                             const struct ms_report *const *reports, size_t count,
                                             struct ms_error *err);

/* The exit status that --fail-on and --error-exitcode ask for: 0 when nothing failed. */
int ms_finding_status(const struct ms_finding_request *request, const struct ms_report *const *reports, size_t count);

/* Whether --fail-on or --error-exitcode was given. */
bool ms_finding_may_fail(const struct ms_finding_request *request);

#endif
