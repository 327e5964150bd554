/* fault.h - SIGSEGV: ours when it comes from a guarded page, the program's otherwise.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_FAULT_H
#define MEMSCOPE_RUNTIME_FAULT_H

#include <signal.h>
#include <stdbool.h>

typedef int msrt_sigaction(int number, const struct sigaction *action, struct sigaction *old);

/* Stand before the program's handler from now on, which REAL, libc's sigaction, installs. Once. */
void msrt_fault_watch(msrt_sigaction *real);

/* Whether we do. */
bool msrt_fault_is_watched(void);

/* What sigaction(SIGSEGV, ACTION, OLD) is for the program while we do. */
int msrt_fault_action(const struct sigaction *action, struct sigaction *old);

#endif
