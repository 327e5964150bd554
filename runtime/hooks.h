/* hooks.h - the thread-local in which instrumented code leaves the site of a call.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_HOOKS_H
#define MEMSCOPE_RUNTIME_HOOKS_H

#include "memscope/abi.h"

extern __thread struct ms_tls __memscope_tls
    __attribute__((tls_model("initial-exec"), visibility("default")));

#endif
