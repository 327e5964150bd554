/* strings.c - write strings once, mostly.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Two strings are taken for one if their 64-bit hashes (FNV-1a) are equal.
 */
#include "runtime/strings.h"

#include <string.h>

#include "runtime/buffer.h"

#define TEXT_MAX 1000u

uint32_t msrt_string_id(struct msrt_lane *lane, const char *text) {
  struct msrt_string_table *table = &lane->strings;
  uint16_t len = (uint16_t)strnlen(text, TEXT_MAX);
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned i = 0; i < len; i++)
    hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
  unsigned slot = (unsigned)(hash ^ hash >> 32) % MSRT_STRINGS_KNOWN;
  if (table->known[slot].id && table->known[slot].hash == hash)
    return table->known[slot].id;
  struct {
    uint32_t id, reserved;
  } head = {++table->last_id, 0};
  uint32_t bytes = (uint32_t)sizeof head + 2u + len;
  uint8_t *at = msrt_meta_reserve(lane, bytes);
  if (!at)
    return 0;
  memcpy(at, &head, sizeof head);
  memcpy(at + sizeof head, &len, 2);
  memcpy(at + sizeof head + 2, text, len);
  msrt_meta_commit(lane, MS_META_STRING, bytes);
  table->known[slot].hash = hash;
  table->known[slot].id = head.id;
  return head.id;
}
