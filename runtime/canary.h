/* canary.h - a pattern behind each tracked block, which tells whether its end was overrun.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a block of the arena does not use of its slot holds bytes that depend on their address: a
 * copied pattern is a wrong one. No byte is 0, 0xff or a character, so that a terminator, a
 * fill or text is always seen. Of a long rest only the first words and the last one are laid:
 * the last is what a write before the next block hits.
 *
 *   | the block ... | partial word, up to four words | nothing | last word |
 *   ^ block         ^ block + size                                        ^ block + slot bytes
 *
 * SIZE is less than SLOT_BYTES, both ends of the slot are multiples of 8. A slot that is hardly
 * larger than its block has no last word of its own.
 */
#ifndef MEMSCOPE_RUNTIME_CANARY_H
#define MEMSCOPE_RUNTIME_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/rt_arch.h"

#define MSRT_CANARY_MIN 8u   /* bytes that each block of a size class has behind its end */
#define MSRT_CANARY_WORDS 5u /* laid there at most, without the last of the slot */

typedef uint64_t __attribute__((may_alias)) msrt_canary_word;

/* What lies at AT, a multiple of 8. 5 instructions. */
MSRT_INLINE uint64_t msrt_canary_at(uintptr_t at) {
  uint64_t h = (uint64_t)at * 0x9e3779b97f4a7c15u;
  h ^= h >> 32;
  return (h & 0x3f3f3f3f3f3f3f3fu) | 0x8080808080808080u;
}

/* Of the word that a block which ends at END shares with its canary: the canary's bytes. */
MSRT_INLINE uint64_t msrt_canary_mask(uintptr_t end) { return ~0ull << (end & 7) * 8; }

MSRT_INLINE uintptr_t msrt_canary_stop(uintptr_t first, uintptr_t slot_end) {
  uintptr_t stop = first + MSRT_CANARY_WORDS * 8;
  return stop < slot_end ? stop : slot_end;
}

/* About 8 instructions a word; blocks of up to 128 bytes have 2 to 4. */
MSRT_INLINE void msrt_canary_lay(uintptr_t block, size_t size, uint64_t slot_bytes) {
  uintptr_t end = block + size, slot_end = block + slot_bytes, at = end & ~(uintptr_t)7;
  uintptr_t stop = msrt_canary_stop(at, slot_end);
  uint64_t mask = msrt_canary_mask(end);
  msrt_canary_word *word = (msrt_canary_word *)at;
  *word = (*word & ~mask) | (msrt_canary_at(at) & mask);
  for (at += 8; at < stop; at += 8)
    *(msrt_canary_word *)at = msrt_canary_at(at);
  at = slot_end - 8;
  if (MSRT_LIKELY(at >= end))
    *(msrt_canary_word *)at = msrt_canary_at(at);
}

MSRT_INLINE bool msrt_canary_is_intact(uintptr_t block, size_t size, uint64_t slot_bytes) {
  uintptr_t end = block + size, slot_end = block + slot_bytes, at = end & ~(uintptr_t)7;
  uintptr_t stop = msrt_canary_stop(at, slot_end), last = slot_end - 8;
  uint64_t differs =
      (*(const msrt_canary_word *)at ^ msrt_canary_at(at)) & msrt_canary_mask(end);
  for (at += 8; at < stop; at += 8)
    differs |= *(const msrt_canary_word *)at ^ msrt_canary_at(at);
  if (MSRT_LIKELY(last >= end))
    differs |= *(const msrt_canary_word *)last ^ msrt_canary_at(last);
  return MSRT_LIKELY(differs == 0);
}

/* What was found behind a block. */
struct msrt_damage {
  uint64_t offset; /* of the first wrong byte, from the block's end */
  uint64_t found;  /* bytes from the first to the last wrong one, at most 255 | what the first
                    * seven hold << 8 */
};

/* The same for a canary that is not intact. */
struct msrt_damage msrt_canary_damage(uintptr_t block, size_t size, uint64_t slot_bytes);

/* Record that the canary behind BLOCK, which ends or moves, is not intact. */
void msrt_canary_report(uintptr_t block, size_t size, uint64_t slot_bytes);

#endif
