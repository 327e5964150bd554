/* units.h - numbers as people read them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exact where that is short, three or four digits otherwise. Each writes a NUL-terminated
 * text into a struct that it returns, so calls can be arguments of printf.
 */
#ifndef MEMSCOPE_RENDER_UNITS_H
#define MEMSCOPE_RENDER_UNITS_H

#include <stdint.h>

struct ms_number {
  char text[32];
};

struct ms_number ms_bytes(uint64_t bytes);          /* "4 B", "9,999 B", "12.3 KiB" */
struct ms_number ms_count(uint64_t count);          /* "1,234", "12.3 M" */
struct ms_number ms_seconds(double seconds);        /* "1.24 s", "830 ms", "2 min 5 s"; "?" negative */
struct ms_number ms_share(uint64_t part, uint64_t whole); /* "34%", "<1%", "" of nothing */

#endif
