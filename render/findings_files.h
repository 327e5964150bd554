/* findings_files.h - findings in the forms that other programs read.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Each writes all REPORTS, one run each. File names below CWD are written relative to it, which
 * in continuous integration is the root of the sources. Nothing that came from a trace can
 * end a string, an element or a line of these forms.
 */
#ifndef MEMSCOPE_RENDER_FINDINGS_FILES_H
#define MEMSCOPE_RENDER_FINDINGS_FILES_H

#include <stdio.h>

#include "report/findings.h"

/* SARIF 2.1.0: rules, results with locations, the story as code flow, fingerprints, suppressions. */
void ms_render_sarif(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out);

/* JUnit's XML: a suite for each report; each finding is a test case that failed, each kind
 * without findings one that passed. */
void ms_render_junit(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out);

/* Workflow commands of GitHub Actions, which annotate the lines of a pull request. */
void ms_render_github(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out);

#endif
