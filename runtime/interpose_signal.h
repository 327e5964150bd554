/* interpose_signal.h - the start of what interpose_signal.c does.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_INTERPOSE_SIGNAL_H
#define MEMSCOPE_RUNTIME_INTERPOSE_SIGNAL_H

/* Blocks are going to be guarded: SIGSEGV concerns us from now on. Once. */
void msrt_signals_begin(void);

#endif
