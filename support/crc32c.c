/* crc32c.c - see crc32c.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Slice-by-8: table[k][b] is the CRC of byte b followed by k zero bytes, so eight bytes
 * take eight independent look-ups. The tables are filled on first use; a race between two
 * threads fills them with the same values, and `is_ready` is set only afterwards.
 */
#include "support/crc32c.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

#define POLYNOMIAL 0x82f63b78u /* 0x1EDC6F41 reflected */

static uint32_t table[8][256];
static atomic_bool is_ready;

static void fill_tables(void) {
  for (uint32_t b = 0; b < 256; b++) {
    uint32_t crc = b;
    for (int bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    table[0][b] = crc;
  }
  for (uint32_t b = 0; b < 256; b++)
    for (int k = 1; k < 8; k++)
      table[k][b] = (table[k - 1][b] >> 8) ^ table[0][table[k - 1][b] & 255];
  /* release: pairs with the acquire in ms_crc32c_portable */
  atomic_store_explicit(&is_ready, true, memory_order_release);
}

uint32_t ms_crc32c_portable(uint32_t crc, const void *data, size_t len) {
  if (!atomic_load_explicit(&is_ready, memory_order_acquire))
    fill_tables();
  const unsigned char *p = data;
  crc = ~crc;
  for (; len >= 8; p += 8, len -= 8) {
    uint32_t low = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
    crc = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^
          table[4][low >> 24] ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
  }
  for (; len; p++, len--)
    crc = (crc >> 8) ^ table[0][(crc ^ *p) & 255];
  return ~crc;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(uint32_t crc, const void *data,
                                                                      size_t len) {
  const unsigned char *p = data;
  uint64_t c = ~crc;
  for (; len >= 8; p += 8, len -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    c = _mm_crc32_u64(c, word);
  }
  uint32_t rest = (uint32_t)c;
  for (; len; p++, len--)
    rest = _mm_crc32_u8(rest, *p);
  return ~rest;
}

uint32_t ms_crc32c(uint32_t crc, const void *data, size_t len) {
  return __builtin_cpu_supports("sse4.2") ? crc_by_instruction(crc, data, len)
                                          : ms_crc32c_portable(crc, data, len);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

uint32_t ms_crc32c(uint32_t crc, const void *data, size_t len) {
  const unsigned char *p = data;
  crc = ~crc;
  for (; len >= 8; p += 8, len -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    crc = __crc32cd(crc, word);
  }
  for (; len; p++, len--)
    crc = __crc32cb(crc, *p);
  return ~crc;
}

#else

uint32_t ms_crc32c(uint32_t crc, const void *data, size_t len) {
  return ms_crc32c_portable(crc, data, len);
}

#endif
