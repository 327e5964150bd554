/* context.c - a hash table of contexts per lane, in memory of its own.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Open addressing with linear probing at a load of at most 5/8; contexts are compared in
 * full, the hash only finds candidates. Memory comes from mmap and is never given back
 * before the process ends: contexts are few compared with events.
 */
#include "runtime/context.h"

#include <string.h>

#include "memscope/trace_format.h"
#include "runtime/buffer.h"
#include "runtime/modules.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/stack.h"
#include "runtime/thread.h"

#define FIRST_CAPACITY 512u
#define FIRST_BLOCK (32u << 10)
#define MAX_BLOCK (1u << 20)

struct msrt_context {
  uint64_t hash;
  const struct ms_site *site, *at;
  uint32_t id;
  uint8_t fn, count;
  uint16_t flags;
  uintptr_t ra[];
};

static void *map_private(size_t size) {
  void *p = msrt_sys_map_anon(size);
  if (p) /* a child starts with tables of its own */
    msrt_sys_drop_on_fork(p, size);
  return p;
}

static uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9e3779b97f4a7c15u;
  return h ^ h >> 29;
}

static bool grow(struct msrt_context_table *table) {
  uint32_t capacity = table->capacity ? table->capacity * 2 : FIRST_CAPACITY;
  struct msrt_context **slots = map_private(capacity * sizeof *slots);
  if (!slots)
    return false;
  for (uint32_t i = 0; i < table->capacity; i++) {
    struct msrt_context *c = table->slots[i];
    if (!c)
      continue;
    uint32_t at = (uint32_t)c->hash & (capacity - 1);
    while (slots[at])
      at = (at + 1) & (capacity - 1);
    slots[at] = c;
  }
  if (table->slots)
    msrt_sys_unmap(table->slots, table->capacity * sizeof *table->slots);
  table->slots = slots;
  table->capacity = capacity;
  return true;
}

static void *take(struct msrt_context_table *table, uint32_t size) {
  if (table->block_used + size > table->block_size) {
    uint32_t block = table->block_size ? table->block_size * 2 : FIRST_BLOCK;
    if (block > MAX_BLOCK)
      block = MAX_BLOCK;
    uint8_t *p = map_private(block);
    if (!p)
      return NULL;
    table->block = p;
    table->block_size = block;
    table->block_used = 0;
  }
  void *p = table->block + table->block_used;
  table->block_used += size;
  return p;
}

/* Write the CONTEXT record, after the records that it refers to. */
static bool publish(struct msrt_lane *lane, const struct msrt_context *c) {
  struct {
    uint32_t id;
    uint8_t fn, count;
    uint16_t flags;
    uint64_t site, at;
  } head = {c->id, c->fn, c->count, c->flags, msrt_site_key(lane, c->site),
            msrt_site_key(lane, c->at)};
  uint64_t frames[MSRT_STACK_MAX];
  for (unsigned i = 0; i < c->count; i++)
    frames[i] = msrt_module_frame(lane, c->ra[i]);
  uint32_t len = (uint32_t)sizeof head + 8u * c->count;
  uint8_t *at = msrt_meta_reserve(lane, len);
  if (!at)
    return false;
  memcpy(at, &head, sizeof head);
  memcpy(at + sizeof head, frames, 8u * c->count);
  msrt_meta_commit(lane, MS_META_CONTEXT, len);
  return true;
}

uint32_t msrt_context_intern(struct msrt_lane *lane, unsigned fn, const struct ms_site *site,
                             const struct ms_site *at, const struct msrt_frame *frames,
                             unsigned count, unsigned flags) {
  struct msrt_context_table *table = &lane->contexts;
  uint64_t hash = mix(mix(fn | count << 8 | flags << 16, (uintptr_t)site), (uintptr_t)at);
  for (unsigned i = 0; i < count; i++)
    hash = mix(hash, frames[i].ra);
  hash ^= hash >> 32;
  if (table->count >= table->capacity / 8 * 5 && !grow(table))
    return 0;
  uint32_t slot = (uint32_t)hash & (table->capacity - 1);
  for (struct msrt_context *c; (c = table->slots[slot]); slot = (slot + 1) & (table->capacity - 1)) {
    if (c->hash != hash || c->site != site || c->at != at || c->fn != fn || c->count != count ||
        c->flags != flags)
      continue;
    unsigned i = 0;
    while (i < count && c->ra[i] == msrt_strip(frames[i].ra))
      i++;
    if (i == count)
      return c->id;
  }
  struct msrt_context *c = take(table, (uint32_t)(sizeof *c + count * sizeof *c->ra));
  if (!c)
    return 0;
  c->hash = hash;
  c->site = site;
  c->at = at;
  c->fn = (uint8_t)fn;
  c->count = (uint8_t)count;
  c->flags = (uint16_t)flags;
  for (unsigned i = 0; i < count; i++)
    c->ra[i] = msrt_strip(frames[i].ra);
  c->id = ++table->last_id; /* never again, even if we are left by longjmp now */
  if (!publish(lane, c))
    return 0;
  table->slots[slot] = c;
  table->count++;
  return c->id;
}

void msrt_context_flush(struct msrt_context_table *table) {
  if (table->slots)
    memset(table->slots, 0, table->capacity * sizeof *table->slots);
  table->count = 0;
}
