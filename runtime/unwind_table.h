/* unwind_table.h - which function an address is in, by .eh_frame_hdr.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_UNWIND_TABLE_H
#define MEMSCOPE_RUNTIME_UNWIND_TABLE_H

#include <stdint.h>

/* Where the function begins that ADDRESS lies in, by the .eh_frame_hdr section from TABLE to TABLE_END of
 * an object that is mapped from START to END; 0 if it does not say so in the form that linkers
 * write. Reads nothing outside of these; may run in signal handlers. */
uintptr_t msrt_unwind_function(uintptr_t table, uintptr_t table_end, uintptr_t start, uintptr_t end,
                               uintptr_t address);

#endif
