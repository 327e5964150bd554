/* rt_crc32c.c - CRC-32C with SSE4.2 or the Armv8 CRC extension, and a portable form.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The hardware instruction has a latency of three cycles and a throughput of one, so long
 * buffers are cut in three equal streams whose sums are joined: the CRC of a
 * concatenation is crc(A) advanced over the length of B, XOR crc(B). Advancing over a
 * fixed length is a linear map of 32 bits, done with four table look-ups; the tables are
 * made at the start (4 KiB each, two lengths would not pay).
 */
#include "runtime/rt_crc32c.h"

#include <stdbool.h>
#include <string.h>

#define POLY 0x82f63b78u /* reflected */
#define LANE_BYTES 4096u /* bytes per stream and round */

static uint32_t byte_table[256];
static uint32_t skip_table[4][256]; /* advances a CRC over LANE_BYTES zero bytes */
static bool have_tables;
static bool have_hardware;

static uint32_t portable(uint32_t crc, const unsigned char *p, size_t len) {
  while (len--) {
    if (have_tables) {
      crc = (crc >> 8) ^ byte_table[(crc ^ *p++) & 255];
      continue;
    }
    crc ^= *p++;
    for (int bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ (crc & 1 ? POLY : 0);
  }
  return crc;
}

#if defined(__x86_64__)
#include <cpuid.h>
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP8(crc, v) ((uint32_t)__builtin_ia32_crc32di((crc), (v)))
#define STEP1(crc, v) __builtin_ia32_crc32qi((crc), (v))
static bool hardware_present(void) {
  unsigned a, b, c = 0, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}
#elif defined(__aarch64__)
#include <sys/auxv.h>
#define HARDWARE
static uint32_t step8(uint32_t crc, uint64_t v) {
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(v));
  return crc;
}
static uint32_t step1(uint32_t crc, uint8_t v) {
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(v));
  return crc;
}
#define STEP8(crc, v) step8((crc), (v))
#define STEP1(crc, v) step1((crc), (v))
static bool hardware_present(void) { return (getauxval(AT_HWCAP) & (1u << 7)) != 0; }
#endif

static uint32_t skip(uint32_t crc) {
  return skip_table[0][crc & 255] ^ skip_table[1][(crc >> 8) & 255] ^
         skip_table[2][(crc >> 16) & 255] ^ skip_table[3][crc >> 24];
}

static uint64_t load8(const unsigned char *p) {
  uint64_t v;
  memcpy(&v, p, 8);
  return v;
}

HARDWARE static uint32_t hardware(uint32_t crc, const unsigned char *p, size_t len) {
  while (len >= 3 * LANE_BYTES) {
    uint32_t a = crc, b = 0, c = 0;
    for (size_t i = 0; i < LANE_BYTES; i += 8) {
      a = STEP8(a, load8(p + i));
      b = STEP8(b, load8(p + LANE_BYTES + i));
      c = STEP8(c, load8(p + 2 * LANE_BYTES + i));
    }
    crc = skip(skip(a) ^ b) ^ c;
    p += 3 * LANE_BYTES;
    len -= 3 * LANE_BYTES;
  }
  for (; len >= 8; len -= 8, p += 8)
    crc = STEP8(crc, load8(p));
  for (; len; len--)
    crc = STEP1(crc, *p++);
  return crc;
}

void msrt_crc32c_init(void) {
  if (have_tables)
    return;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ (crc & 1 ? POLY : 0);
    byte_table[i] = crc;
  }
  have_tables = true;
  if (!hardware_present())
    return;
  /* Advance each of the 32 basis bits over LANE_BYTES zeros, then combine linearly. */
  static const unsigned char zeros[64];
  uint32_t basis[32];
  for (int bit = 0; bit < 32; bit++) {
    uint32_t crc = 1u << bit;
    for (size_t done = 0; done < LANE_BYTES; done += sizeof zeros)
      crc = hardware(crc, zeros, sizeof zeros);
    basis[bit] = crc;
  }
  for (int byte = 0; byte < 4; byte++)
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t crc = 0;
      for (int bit = 0; bit < 8; bit++)
        if (i >> bit & 1)
          crc ^= basis[8 * byte + bit];
      skip_table[byte][i] = crc;
    }
  have_hardware = true;
}

uint32_t msrt_crc32c(const void *bytes, size_t len) {
  const unsigned char *p = bytes;
  return ~(have_hardware ? hardware(~0u, p, len) : portable(~0u, p, len));
}
