/* asan_bridge.h - level check: what AddressSanitizer sees goes into the trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Part of libmemscope_rt_check.a only, which is linked beside compiler-rt's runtime.
 */
#ifndef MEMSCOPE_RUNTIME_ASAN_BRIDGE_H
#define MEMSCOPE_RUNTIME_ASAN_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

/* AddressSanitizer is ready. It starts before all constructors, and allocates and calls what it
 * intercepts before it is: nothing is recorded until the first constructor has set this. */
extern bool msrt_asan_is_there __attribute__((visibility("hidden")));

/* That first constructor calls this, once or more: asks for reports, finds the heap. */
void msrt_asan_begin(void);

/* Whether a mapping that begins at ADDRESS is shadow memory, which is terabytes of nothing. */
bool msrt_asan_is_shadow(uintptr_t address);

#endif
