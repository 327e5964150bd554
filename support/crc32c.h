/* crc32c.h - CRC-32C (Castagnoli), the checksum of the trace format.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_SUPPORT_CRC32C_H
#define MEMSCOPE_SUPPORT_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Continues CRC (0 to begin) over LEN bytes at DATA; the result is final as it stands.
 * About 8 bytes in 3 cycles where the processor has the instruction, else 8 bytes in
 * about 10 (tables). */
uint32_t ms_crc32c(uint32_t crc, const void *data, size_t len);

/* The table form, for tests and for processors without the instruction. */
uint32_t ms_crc32c_portable(uint32_t crc, const void *data, size_t len);

#endif
