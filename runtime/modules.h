/* modules.h - executables and shared objects, and the site tables they brought along.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Turns code addresses and site pointers into what the trace calls frames and site keys,
 * and writes MODULE and SITE records when one is used for the first time in a file. All
 * functions are lock-free and may run in signal handlers.
 */
#ifndef MEMSCOPE_RUNTIME_MODULES_H
#define MEMSCOPE_RUNTIME_MODULES_H

#include <stdbool.h>
#include <stdint.h>

struct ms_site;
struct msrt_lane;

/* Whether ADDRESS is in an executable segment of a loaded object. */
bool msrt_module_has_code(uintptr_t address);

/* Whether ADDRESS is in code of a loaded object that was compiled by MemScope, at least in part. */
bool msrt_module_has_sites(uintptr_t address);

/* Where the function that ADDRESS lies in begins, as the unwinding tables of its object have it; 0 if
 * they do not say. */
uintptr_t msrt_module_function(uintptr_t address);

/* The trace's form of a return address. */
uint64_t msrt_module_frame(struct msrt_lane *lane, uintptr_t address);

/* The trace's form of a site pointer; 0 for NULL and for sites of unknown tables. */
uint64_t msrt_site_key(struct msrt_lane *lane, const struct ms_site *site);

/* A table of sites comes and goes (hooks.def). */
void msrt_module_add_sites(const void *handle, const struct ms_site *first,
                           const struct ms_site *last);
void msrt_module_remove_sites(const void *handle);

/* After a dlclose: forget the modules that are not loaded any more. */
void msrt_modules_recheck(void);

/* A new trace file begins: every record must be written again. */
void msrt_modules_new_file(void);

/* Identity of the object that holds ADDRESS, NULL if none does. */
const void *msrt_module_identity(uintptr_t address);

#endif
