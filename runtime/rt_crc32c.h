/* rt_crc32c.h - CRC-32C (Castagnoli), as docs/trace-format.md defines it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_RT_CRC32C_H
#define MEMSCOPE_RUNTIME_RT_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Choose the fastest form for this processor; before it the portable one is used. */
void msrt_crc32c_init(void);

/* CRC-32C of LEN bytes. With the processor's instruction about 0.15 ns a byte. */
uint32_t msrt_crc32c(const void *bytes, size_t len);

#endif
