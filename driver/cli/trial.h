/* trial.h - the whole chain tried out on a tiny program: compile, run, record, read.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_TRIAL_H
#define MEMSCOPE_DRIVER_CLI_TRIAL_H

#include <stdbool.h>

/* Compiles a program with COMPILER (memscope-cc) and CLANG, runs it, and looks for its one
 * allocation in the report. On failure DETAIL says which step failed and the first line of
 * what it printed. */
bool ms_trial(const char *compiler, const char *clang, char detail[512]);

/* The first line that ARGV prints to stdout or stderr, into LINE; its exit status, or -1. */
int ms_trial_output(const char *const *argv, char *line, unsigned long size);

#endif
