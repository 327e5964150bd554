/* child.h - runs a program as if we were not there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_CHILD_H
#define MEMSCOPE_DRIVER_CLI_CHILD_H

#include <sys/types.h>

#include "support/error.h"

/* Runs ARGV[0] (found as execvp does) with our stdio and environment, passes SIGINT,
 * SIGTERM, SIGHUP and SIGQUIT on to it, and waits for its end. *RET_STATUS is as from
 * waitpid. Fails when it cannot be started; *RET_ERRNO then says why. */
MS_NODISCARD enum ms_status ms_child_run(char *const *argv, pid_t *ret_pid, int *ret_status, int *ret_errno,
                                         struct ms_error *err);

/* Ends this process as the child did: with its exit status, or by the same signal. */
_Noreturn void ms_child_end_like(int status);

#endif
