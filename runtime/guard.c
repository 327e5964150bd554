/* guard.c - slots with an inaccessible page at their end.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   | data pages, as many as the block needs at their end ... block| page that is never open |
 *   ^ slot                                                         ^ slot + DATA_BYTES
 *
 * Slots are given out in turn, passing over those that are in use, so a freed one rests for as long
 * as the others last: SLOTS is a compromise with the kernel, which keeps two mappings for
 * each block that lives. What a block held stays in it until then, for a program that
 * goes on using it finds it there without us, too.
 *
 * A slot's word is the authority: 0 never used, else its block's size + 1, with FREED or BUSY
 * (being set up). Whoever changes it to BUSY, or from living to FREED, owns the slot.
 */
#include "runtime/guard.h"

#include <stdatomic.h>

#include "runtime/rt_sys_linux.h"

#define PAGES 7u
#define DATA_BYTES ((uintptr_t)PAGES * MSRT_PAGE)
#define SLOT_BYTES (DATA_BYTES + MSRT_PAGE)
#define SLOTS 2048u
#define TRIES 16u /* slots looked at before a block goes unguarded */
#define REGION_BASE (MS_ARENA_BASE + ((uintptr_t)MSRT_GUARD_REGION << MSRT_ARENA_REGION_SHIFT))
#define TABLE_BASE (REGION_BASE + ((uintptr_t)1 << MSRT_ARENA_REGION_SHIFT))

#define FREED (1ull << 63)
#define BUSY (FREED | 1ull << 62)

enum { OPEN_NOT, OPEN_READ, OPEN_WRITE };

struct slot {
  _Atomic uint64_t word; /* release when a block is complete, acquire by those who look at it */
  uint32_t offset;       /* of the block; written while BUSY */
  _Atomic uint8_t data, behind; /* how far hits have opened the pages: OPEN_*; relaxed */
};

int32_t msrt_guard_left;
uint32_t msrt_guard_every;
static _Atomic uint32_t turn; /* relaxed: any slot will do */

/* Slot 0 is not used: what lies before it belongs to another region. */
static struct slot *slot_number(uint32_t i) { return (struct slot *)TABLE_BASE + i; }
static uintptr_t slot_start(uint32_t i) { return REGION_BASE + i * SLOT_BYTES; }
static size_t size_in(uint64_t word) { return (size_t)((word & ~BUSY) - 1); }
static bool is_live(uint64_t word) { return word != 0 && !(word & FREED); }

bool msrt_guard_init(uint32_t every) {
  uintptr_t bytes = (SLOTS * sizeof(struct slot) + MSRT_PAGE - 1) & ~(uintptr_t)(MSRT_PAGE - 1);
  if (!msrt_sys_open_range(TABLE_BASE, bytes, true))
    return false;
  msrt_guard_left = (int32_t)every;
  msrt_guard_every = every;
  return true;
}

/* A slot that no block lives in, now BUSY; 0: there is none. *RET_BEFORE gets its word. */
static uint32_t take_slot(uint64_t *ret_before) {
  for (unsigned tries = 0; tries < TRIES; tries++) {
    uint32_t i = 1 + atomic_fetch_add_explicit(&turn, 1, memory_order_relaxed) % (SLOTS - 1);
    uint64_t word = atomic_load_explicit(&slot_number(i)->word, memory_order_relaxed);
    if ((word == 0 || (word & BUSY) == FREED) &&
        atomic_compare_exchange_strong_explicit(&slot_number(i)->word, &word, BUSY,
                                                memory_order_acquire, memory_order_relaxed)) {
      *ret_before = word;
      return i;
    }
  }
  return 0;
}

void *msrt_guard_alloc(size_t size, size_t align) {
  uint64_t before = 0;
  size_t room = ((size ? size : 1) + align - 1) & ~(align - 1);
  msrt_guard_left = (int32_t)msrt_guard_every;
  if (size > DATA_BYTES || align > MSRT_PAGE || room > DATA_BYTES)
    return NULL;
  uint32_t i = take_slot(&before);
  if (!i)
    return NULL;
  struct slot *slot = slot_number(i);
  uintptr_t start = slot_start(i), block = start + DATA_BYTES - room;
  uintptr_t first = block & ~(uintptr_t)(MSRT_PAGE - 1);
  if (atomic_load_explicit(&slot->data, memory_order_relaxed) != OPEN_NOT ||
      atomic_load_explicit(&slot->behind, memory_order_relaxed) != OPEN_NOT)
    msrt_sys_protect(start, SLOT_BYTES, MSRT_ACCESS_NONE);
  if (before)
    msrt_sys_give_back(start, SLOT_BYTES); /* the next block is to find zeros */
  if (!msrt_sys_protect(first, start + DATA_BYTES - first, MSRT_ACCESS_WRITE)) {
    atomic_store_explicit(&slot->word, before, memory_order_release);
    return NULL;
  }
  slot->offset = (uint32_t)(block - start);
  atomic_store_explicit(&slot->data, OPEN_NOT, memory_order_relaxed);
  atomic_store_explicit(&slot->behind, OPEN_NOT, memory_order_relaxed);
  if (size < room)
    msrt_canary_lay(block, size, room);
  atomic_store_explicit(&slot->word, size + 1, memory_order_release);
  return (void *)block;
}

/* The number of the slot that VALUE lies in; 0: none of those in use. */
static uint32_t number_of(uintptr_t value) {
  uintptr_t i = (value - REGION_BASE) / SLOT_BYTES;
  return i < SLOTS ? (uint32_t)i : 0;
}

/* The slot whose block begins at BLOCK, and its word; NULL if there is none. */
static struct slot *slot_of(const void *block, uint64_t *ret_word) {
  uint32_t i = number_of((uintptr_t)block);
  struct slot *slot = i && msrt_guard_every ? slot_number(i) : NULL;
  *ret_word = slot ? atomic_load_explicit(&slot->word, memory_order_acquire) : 0;
  return *ret_word != 0 && (uintptr_t)block == slot_start(i) + slot->offset ? slot : NULL;
}

bool msrt_guard_is_block(const void *block) {
  uint64_t word;
  return slot_of(block, &word) && is_live(word);
}

size_t msrt_guard_size(const void *block) {
  uint64_t word;
  return slot_of(block, &word) ? size_in(word) : 0;
}

/* What the block has of its slot. */
static size_t room_of(const struct slot *slot) { return DATA_BYTES - slot->offset; }

static bool is_intact(const struct slot *slot, uintptr_t block, uint64_t word) {
  size_t size = size_in(word), room = room_of(slot);
  return size == room || msrt_canary_is_intact(block, size, room);
}

bool msrt_guard_is_damaged(const void *block, struct msrt_damage *ret) {
  uint64_t word;
  const struct slot *slot = slot_of(block, &word);
  if (!slot || !is_live(word) || is_intact(slot, (uintptr_t)block, word))
    return false;
  *ret = msrt_canary_damage((uintptr_t)block, size_in(word), room_of(slot));
  return true;
}

bool msrt_guard_free(void *block) {
  uint64_t word;
  struct slot *slot = slot_of(block, &word);
  /* Of two threads that free the same block one wins. */
  if (!slot || !is_live(word) ||
      !atomic_compare_exchange_strong_explicit(&slot->word, &word, word | BUSY,
                                               memory_order_acquire, memory_order_relaxed))
    return false;
  if (!is_intact(slot, (uintptr_t)block, word))
    msrt_canary_report((uintptr_t)block, size_in(word), room_of(slot));
  atomic_store_explicit(&slot->data, OPEN_NOT, memory_order_relaxed);
  atomic_store_explicit(&slot->behind, OPEN_NOT, memory_order_relaxed);
  msrt_sys_protect((uintptr_t)block - slot->offset, SLOT_BYTES, MSRT_ACCESS_NONE);
  atomic_store_explicit(&slot->word, word | FREED, memory_order_release);
  return true;
}

void *msrt_guard_block_of(uintptr_t value) {
  uint32_t i = msrt_guard_every ? number_of(value) : 0;
  return i && is_live(atomic_load_explicit(&slot_number(i)->word, memory_order_acquire))
             ? (void *)(slot_start(i) + slot_number(i)->offset)
             : NULL;
}

void *msrt_guard_next(uint64_t *cursor, size_t *ret_size) {
  for (uint32_t i = *cursor ? (uint32_t)*cursor : 1; msrt_guard_every && i < SLOTS; i++) {
    uint64_t word = atomic_load_explicit(&slot_number(i)->word, memory_order_acquire);
    if (!is_live(word))
      continue;
    *cursor = i + 1;
    *ret_size = size_in(word);
    return (void *)(slot_start(i) + slot_number(i)->offset);
  }
  *cursor = SLOTS;
  return NULL;
}

/* How far ADDRESS lies from the block of slot I; UINTPTR_MAX: it never had one. */
static uintptr_t distance(uint32_t i, uintptr_t address) {
  if (i >= SLOTS)
    return UINTPTR_MAX;
  const struct slot *slot = slot_number(i);
  uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
  if (word == 0 || word == BUSY)
    return UINTPTR_MAX;
  uintptr_t block = slot_start(i) + slot->offset, end = block + size_in(word);
  return address < block ? block - address : address < end ? 0 : address - end + 1;
}

/* Open the pages that ADDRESS is among, which are either the one behind the data of slot I or data. */
static bool open_pages(uint32_t i, uintptr_t address, bool is_write, bool is_freed, bool *ret_is_new) {
  struct slot *slot = slot_number(i);
  uintptr_t start = slot_start(i), first = start, end = start + DATA_BYTES;
  _Atomic uint8_t *state = &slot->data;
  if (address >= end) {
    state = &slot->behind;
    first = end;
    end += MSRT_PAGE;
  } else if (!is_freed) { /* the block's own pages are open */
    end = (start + slot->offset) & ~(uintptr_t)(MSRT_PAGE - 1);
  }
  uint8_t wanted = is_write ? OPEN_WRITE : OPEN_READ;
  uint8_t had = atomic_load_explicit(state, memory_order_relaxed);
  *ret_is_new = had < wanted;
  if (wanted < had)
    wanted = had;
  atomic_store_explicit(state, wanted, memory_order_relaxed);
  /* Also if it has been opened: a free may have closed it again a moment ago. */
  return first < end &&
         msrt_sys_protect(first, end - first,
                          wanted == OPEN_WRITE ? MSRT_ACCESS_WRITE : MSRT_ACCESS_READ);
}

bool msrt_guard_hit(uintptr_t address, bool is_write, struct msrt_guard_hit *ret) {
  uint32_t i = msrt_guard_every ? number_of(address) : 0, about = i;
  if (!i)
    return false;
  uintptr_t from = distance(i, address);
  if (address - slot_start(i) >= DATA_BYTES && distance(i + 1, address) < from)
    from = distance(about = i + 1, address); /* before that one rather than behind this */
  if (from == UINTPTR_MAX)
    return false;
  const struct slot *slot = slot_number(about);
  uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
  if (from == 0 && is_live(word)) {
    ret->is_new = false; /* the slot was given out again since: the access is of the new block */
    return true;
  }
  bool is_freed = (atomic_load_explicit(&slot_number(i)->word, memory_order_acquire) & FREED) != 0;
  *ret = (struct msrt_guard_hit){.block = slot_start(about) + slot->offset, .size = size_in(word),
                                 .is_freed = from == 0 && word & FREED};
  return open_pages(i, address, is_write, is_freed, &ret->is_new);
}
