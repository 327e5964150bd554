/* real_static.c - the static build's real.c: the linker has found everything.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "runtime/real.h"

void msrt_real_resolve(void) {}

bool msrt_real_has_other_interface(void) { return false; }
