/* unwind_table.c - which function an address is in, by .eh_frame_hdr.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The section is a sorted table of (where a function begins, its FDE), both relative to the
 * section; the FDE says how long the function is. Form: Linux Standard Base, Core, 10.6.2 ("The .eh_frame_hdr
 * section"), with the encodings that all linkers choose; anything else gets no answer.
 */
#include "runtime/unwind_table.h"

#include <stddef.h>
#include <string.h>

enum { UDATA4 = 0x03, DATAREL_SDATA4 = 0x3b };

struct header {
  uint8_t version, frame_encoding, count_encoding, table_encoding;
  int32_t frame;
  uint32_t count;
};

struct row {
  int32_t begin, fde;
};

/* The start of a frame description entry whose addresses are 32 bits, relative to themselves. */
struct fde {
  uint32_t length, cie;
  int32_t begin;
  uint32_t size;
};

uintptr_t msrt_unwind_function(uintptr_t table, uintptr_t table_end, uintptr_t start, uintptr_t end,
                               uintptr_t address) {
  struct header h;
  if (table_end - table < sizeof h)
    return 0;
  memcpy(&h, (const void *)table, sizeof h);
  if (h.version != 1 || h.count_encoding != UDATA4 || h.table_encoding != DATAREL_SDATA4 ||
      h.count == 0 || h.count > (table_end - table - sizeof h) / sizeof(struct row))
    return 0;
  const struct row *rows = (const struct row *)(table + sizeof h);
  size_t low = 0, high = h.count; /* rows before LOW begin at or before ADDRESS, from HIGH on behind it */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (table + (uintptr_t)(intptr_t)rows[middle].begin <= address)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0)
    return 0;
  uintptr_t begin = table + (uintptr_t)(intptr_t)rows[low - 1].begin;
  uintptr_t at = table + (uintptr_t)(intptr_t)rows[low - 1].fde;
  struct fde fde;
  if (at < start || at >= end || end - at < sizeof fde)
    return 0;
  memcpy(&fde, (const void *)at, sizeof fde);
  /* In another encoding this would not be where the row says. */
  uintptr_t same = at + offsetof(struct fde, begin) + (uintptr_t)(intptr_t)fde.begin;
  return same == begin && address - begin < fde.size ? begin : 0;
}
