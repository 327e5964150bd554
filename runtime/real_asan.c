/* real_asan.c - level check's real.c: the heap is AddressSanitizer's.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Its heap functions are in the same executable; the linker has found them. What it does not
 * intercept comes from libc.
 */
#include <dlfcn.h>

#include "runtime/real.h"

void msrt_real_resolve(void) {}

bool msrt_real_has_other_interface(void) { return false; }

void *msrt_real_find(const char *name) { return dlsym(RTLD_NEXT, name); }
