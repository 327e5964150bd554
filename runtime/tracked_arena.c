/* tracked_arena.c - size classes at fixed addresses, with lock-free lists of free blocks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The range is cut into regions, one per size class. A region's blocks are handed out in
 * order of address (bump); freed ones go onto a stack whose link lies in the block. The head
 * of the stack carries a counter, which keeps a block that was taken and came back from
 * looking unchanged (ABA, as in Treiber's stack: R. K. Treiber, "Systems Programming:
 * Coping with Parallelism", IBM RJ 5118, 1986). Before that, each thread keeps some of the small
 * ones for itself (arena_cache.h). A word per block, in regions of its own,
 * says how large it is; the program cannot overwrite it by running over a block's end.
 *
 *   region 0   16-byte blocks | region 1   32 | ... | region 71   4 GiB | guarded | ... | sizes
 *
 * Blocks of the guarded region are guard.c's; every function here asks it for what is none of its
 * own. The counters of copies lie outside, at an eighth of the addresses that they count for.
 *
 * That is a generation; under track=auto there may be more, one after the other
 * (msrt_arena_retire), of which the last hands out blocks. A region's number counts through all.
 *
 * Memory is reserved without access and opened as bump advances: a core dump has nothing
 * of what was never used.
 *
 * A program that writes to a freed block may damage its link. A link that is no block of
 * the region empties the stack: memory is lost then, nothing else.
 */
#include "runtime/tracked_arena.h"

#include <stdatomic.h>
#include <string.h>

#include "runtime/arena_regions.h"
#include "runtime/canary.h"
#include "runtime/guard.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/thread.h"

#define SMALL_CLASSES 60u /* 16 .. 128 by 16, then four to a doubling up to 1 MiB */
#define CLASSES MSRT_ARENA_CLASSES /* then powers of two up to 4 GiB */
#define SIZES_REGION 96u  /* the words begin here */
#define LARGE (256u << 10)  /* memory of such blocks is given back when they are freed, */
#define WARM_MAX (8u << 20) /* but for that many bytes: cool_down */
#define SKIP_FIRST 4096u   /* up to that size: see msrt_arena_init */
#define STEP_FIRST (64ull << 10)
#define STEP_MAX (2ull << 20)
#define INDEX_BITS 32
#define INDEX_MASK ((1ull << INDEX_BITS) - 1)

/* A block's word: its size + 1 while it lives, with FREED when it does not, 0 never used. While
 * its canary is being laid it is OPEN: a copy of the process (snapshot.c) must not judge it. FREED and
 * OPEN: not on the list that all threads share (a thread keeps it, arena_cache.h), so that a link that
 * was overwritten cannot lead there. */
#define FREED (1ull << 63)
#define OPEN (1ull << 62)
#define WARM (1ull << 61) /* and FREED, of a LARGE one: its memory was not given back */

struct msrt_region msrt_regions[MS_ARENA_GENERATIONS * MSRT_ARENA_REGIONS];
uint32_t msrt_arena_key = MS_ARENA_NONE;
uintptr_t msrt_arena_bytes;
static _Atomic unsigned generation; /* release once its regions are there */
static _Atomic uint64_t bytes_open; /* relaxed: a limit need not be exact */
static _Atomic uint64_t bytes_warm; /* relaxed, too */
static uint64_t bytes_limit;
bool msrt_arena_counts;

static unsigned class_of(size_t size) {
  if (size <= 128)
    return (unsigned)((size + 15) / 16) - (size > 0);
  unsigned log2 = 63u - (unsigned)__builtin_clzll(size - 1);
  if (log2 >= 20) /* more than 1 MiB */
    return SMALL_CLASSES + log2 - 20;
  return 8 + 4 * (log2 - 7) + (unsigned)((size - 1) >> (log2 - 2) & 3);
}

static uint64_t class_bytes(unsigned class) {
  if (class < 8)
    return 16 * (class + 1);
  if (class >= SMALL_CLASSES)
    return 2ull << (20 + class - SMALL_CLASSES);
  unsigned doubling = (class - 8) / 4, quarter = (class - 8) % 4;
  return (128ull << doubling) + (quarter + 1) * (32ull << doubling);
}

static bool open_heat(unsigned number) {
  uint64_t bytes = 1ull << (MS_ARENA_SHIFT - 3);
  uintptr_t start = MSRT_ARENA_HEAT + number * bytes;
  if (!msrt_sys_reserve(start, bytes))
    return false;
  if (msrt_sys_open_range(start, bytes, true))
    return true;
  msrt_sys_unmap((void *)start, bytes);
  return false;
}

static bool open_generation(unsigned number) {
  uintptr_t start = MS_ARENA_BASE + ((uintptr_t)number << MS_ARENA_SHIFT);
  if (!msrt_sys_reserve(start, 1ull << MS_ARENA_SHIFT))
    return false;
  unsigned first = number * MSRT_ARENA_REGIONS;
  uintptr_t words = msrt_region_base(first + SIZES_REGION);
  for (unsigned i = 0; i < CLASSES; i++) {
    struct msrt_region *r = &msrt_regions[first + i];
    r->block_bytes = class_bytes(i);
    r->reciprocal = UINT64_MAX / r->block_bytes + 1;
    r->capacity = MSRT_REGION_BYTES / r->block_bytes;
    /* The first is never handed out: the bytes before the second can be written to, as those
     * before any other block. */
    atomic_store_explicit(&r->bump, r->block_bytes <= SKIP_FIRST, memory_order_relaxed);
    r->words = (_Atomic uint64_t *)words;
    words += (r->capacity * sizeof *r->words + MSRT_PAGE - 1) & ~(uintptr_t)(MSRT_PAGE - 1);
  }
  uintptr_t sizes = msrt_region_base(first + SIZES_REGION);
  if ((!msrt_arena_counts || open_heat(number)) && msrt_sys_open_range(sizes, words - sizes, true)) {
    msrt_arena_bytes = (uintptr_t)(number + 1) << MS_ARENA_SHIFT;
    return true;
  }
  msrt_sys_unmap((void *)start, 1ull << MS_ARENA_SHIFT);
  return false;
}

/* Whoever gets a block of the generation NUMBER finds that it is followed. */
static void begin_generation(unsigned number) {
  msrt_arena_key = (uint32_t)(MS_ARENA_BASE >> MS_ARENA_SHIFT) + number;
  __atomic_store_n(&__memscope_arena, msrt_arena_key, __ATOMIC_RELEASE);
  atomic_store_explicit(&generation, number, memory_order_release);
}

bool msrt_arena_init(uint64_t limit) {
  bytes_limit = limit ? limit : UINT64_MAX;
  if (!open_generation(0))
    return false;
  begin_generation(0);
  return true;
}

bool msrt_arena_count_copies(void) { return msrt_arena_counts = open_heat(0); }

bool msrt_arena_is_counter(uintptr_t address) {
  return msrt_arena_counts && address - MSRT_ARENA_HEAT < msrt_arena_bytes >> 3;
}

static _Atomic bool is_retiring; /* for ever, once there is no more */

uintptr_t msrt_arena_retire(void) {
  if (!msrt_arena_counts || msrt_guard_every || atomic_exchange(&is_retiring, true))
    return 0;
  unsigned old = atomic_load_explicit(&generation, memory_order_relaxed);
  if (old + 1 == MS_ARENA_GENERATIONS || !open_generation(old + 1))
    return 0;
  return msrt_region_base(old * MSRT_ARENA_REGIONS);
}

void msrt_arena_renew(void) {
  begin_generation(atomic_load_explicit(&generation, memory_order_relaxed) + 1);
  atomic_store(&is_retiring, false);
}

/* Make the first BYTES of R usable. Several threads may do the same at once, which is
 * harmless: opening open memory changes nothing. */
static bool open_up(unsigned region, struct msrt_region *r, uint64_t bytes) {
  uint64_t open = atomic_load_explicit(&r->open, memory_order_acquire);
  while (open < bytes) {
    uint64_t step = open < STEP_FIRST ? STEP_FIRST : open < STEP_MAX ? open : STEP_MAX;
    if (step < bytes - open)
      step = bytes - open;
    step = (step + MSRT_PAGE - 1) & ~(uint64_t)(MSRT_PAGE - 1);
    if (step > MSRT_REGION_BYTES - open)
      step = MSRT_REGION_BYTES - open;
    if (atomic_load_explicit(&bytes_open, memory_order_relaxed) + step > bytes_limit ||
        !msrt_sys_open_range(msrt_region_base(region) + open, step, false))
      return false;
    if (atomic_compare_exchange_strong_explicit(&r->open, &open, open + step,
                                                memory_order_release, memory_order_acquire)) {
      atomic_fetch_add_explicit(&bytes_open, step, memory_order_relaxed);
      return true;
    }
  }
  return true;
}

/* Lay the canary of the block at INDEX, which is OPEN or not to be seen yet, and open it no more. */
MSRT_INLINE void seal(struct msrt_region *r, uint64_t index, uintptr_t block, size_t size) {
  msrt_canary_lay(block, size, r->block_bytes);
  /* Release: a copy of the process that sees the word sees the canary. */
  atomic_store_explicit(&r->words[index], size + 1, memory_order_release);
}

static uint64_t *link_of(unsigned region, const struct msrt_region *r, uint64_t index) {
  return (uint64_t *)(msrt_region_base(region) + index * r->block_bytes);
}

/* A freed block's index, the block being of SIZE bytes again; or UINT64_MAX. *RET_WARM becomes true if
 * it is a large one whose memory was not given back. */
static uint64_t pop(unsigned region, struct msrt_region *r, size_t size, bool *ret_warm) {
  uint64_t head = atomic_load_explicit(&r->head, memory_order_acquire);
  while (head & INDEX_MASK) {
    uint64_t index = (head & INDEX_MASK) - 1;
    /* Another thread may take the block now and write to it; then the exchange fails. */
    uint64_t next = __atomic_load_n(link_of(region, r, index), __ATOMIC_RELAXED);
    if (next > atomic_load_explicit(&r->bump, memory_order_relaxed))
      next = 0; /* overwritten by the program */
    if (!atomic_compare_exchange_weak_explicit(&r->head, &head,
                                               ((head >> INDEX_BITS) + 1) << INDEX_BITS | next,
                                               memory_order_acq_rel, memory_order_acquire))
      continue;
    /* A link that was overwritten with another number may lead to a block that is in use,
     * or twice to the same. */
    uint64_t word = atomic_load_explicit(&r->words[index], memory_order_relaxed);
    if ((word & (FREED | OPEN)) == FREED && atomic_compare_exchange_strong_explicit(
                            &r->words[index], &word, (size + 1) | OPEN, memory_order_relaxed,
                            memory_order_relaxed)) {
      if ((*ret_warm = (word & WARM) != 0))
        atomic_fetch_sub_explicit(&bytes_warm, r->block_bytes, memory_order_relaxed);
      return index;
    }
    return UINT64_MAX;
  }
  return UINT64_MAX;
}

/* Put the blocks with the COUNT numbers at INDEXES, whose words are FREED | OPEN, onto R's list. */
static void push(unsigned region, struct msrt_region *r, const uint32_t *indexes, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    uint64_t *link = link_of(region, r, indexes[i]);
    if (i > 0)
      __atomic_store_n(link, (uint64_t)indexes[i - 1] + 1, __ATOMIC_RELAXED);
    uint64_t word = atomic_load_explicit(&r->words[indexes[i]], memory_order_relaxed);
    atomic_store_explicit(&r->words[indexes[i]], word & ~OPEN, memory_order_relaxed);
  }
  uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed), next;
  do {
    __atomic_store_n(link_of(region, r, indexes[0]), head & INDEX_MASK, __ATOMIC_RELAXED);
    next = ((head >> INDEX_BITS) + 1) << INDEX_BITS | ((uint64_t)indexes[count - 1] + 1);
  } while (!atomic_compare_exchange_weak_explicit(&r->head, &head, next, memory_order_acq_rel,
                                                  memory_order_relaxed));
}

/* This thread's free blocks, for REGION and for itself until `leave`; or NULL. */
MSRT_INLINE struct msrt_arena_cache *enter(unsigned region) {
  unsigned its_generation = region / MSRT_ARENA_REGIONS;
  struct msrt_lane *lane = msrt_self.lane;
  if (MSRT_UNLIKELY(region % MSRT_ARENA_REGIONS >= MSRT_CACHED_CLASSES) || MSRT_UNLIKELY(!lane) ||
      MSRT_UNLIKELY(lane->arena.busy) ||
      MSRT_UNLIKELY(its_generation != atomic_load_explicit(&generation, memory_order_relaxed)))
    return NULL;
  struct msrt_arena_cache *cache = &lane->arena;
  cache->busy = true;
  MSRT_BARRIER();
  if (MSRT_UNLIKELY(cache->generation != its_generation)) { /* older ones are not wanted any more */
    for (unsigned i = 0; i < MSRT_CACHED_CLASSES; i++)
      cache->of[i].count = 0;
    cache->generation = its_generation;
  }
  return cache;
}

/* CACHE: what `enter` gave; a handler that forked may have taken the lane away. */
MSRT_INLINE void leave(struct msrt_arena_cache *cache) {
  MSRT_BARRIER();
  cache->busy = false;
}

/* One of this thread's blocks, being of SIZE bytes again; or UINT64_MAX. */
MSRT_INLINE uint64_t take_cached(unsigned region, struct msrt_region *r, size_t size) {
  struct msrt_arena_cache *cache = enter(region);
  if (!cache)
    return UINT64_MAX;
  struct msrt_cached_class *cached = &cache->of[region % MSRT_ARENA_REGIONS];
  uint32_t count = cached->count;
  uint64_t index = UINT64_MAX;
  if (MSRT_LIKELY(count > 0)) {
    cached->count = count - 1;
    index = cached->at[count - 1];
    if (MSRT_UNLIKELY(index == 0)) /* never handed out: a handler forked, and this is wiped */
      index = UINT64_MAX;
    else /* nobody else writes to the word of a block that a thread keeps */
      atomic_store_explicit(&r->words[index], (size + 1) | OPEN, memory_order_relaxed);
  }
  leave(cache);
  return index;
}

/* Give back the block with the number INDEX, whose word is FREED | OPEN. */
MSRT_INLINE void give_back(unsigned region, struct msrt_region *r, uint32_t index) {
  struct msrt_arena_cache *cache = enter(region);
  if (!cache) {
    push(region, r, &index, 1);
    return;
  }
  struct msrt_cached_class *cached = &cache->of[region % MSRT_ARENA_REGIONS];
  uint32_t count = cached->count;
  if (MSRT_UNLIKELY(count == MSRT_CACHED_BLOCKS)) { /* those that have been here longest */
    push(region, r, cached->at, MSRT_CACHE_BATCH);
    count -= MSRT_CACHE_BATCH;
    memmove(cached->at, cached->at + MSRT_CACHE_BATCH, count * sizeof *cached->at);
  }
  cached->at[count] = index;
  cached->count = count + 1;
  leave(cache);
}

/* The first of the next COUNT blocks that were never used, or UINT64_MAX. */
static uint64_t bump(unsigned region, struct msrt_region *r, unsigned count) {
  uint64_t index = atomic_load_explicit(&r->bump, memory_order_relaxed);
  do {
    if (index + count > r->capacity || !open_up(region, r, (index + count) * r->block_bytes))
      return UINT64_MAX;
  } while (!atomic_compare_exchange_weak_explicit(&r->bump, &index, index + count,
                                                  memory_order_relaxed, memory_order_relaxed));
  return index;
}

/* The next block that was never used, or UINT64_MAX. This thread keeps those behind it, too. */
static uint64_t take_fresh(unsigned region, struct msrt_region *r) {
  struct msrt_arena_cache *cache = enter(region);
  uint64_t index = UINT64_MAX;
  if (cache) {
    struct msrt_cached_class *cached = &cache->of[region % MSRT_ARENA_REGIONS];
    if (cached->count == 0 && (index = bump(region, r, MSRT_FRESH_BATCH)) != UINT64_MAX) {
      for (uint32_t i = 0; i + 1 < MSRT_FRESH_BATCH; i++) {
        uint64_t behind = index + MSRT_FRESH_BATCH - 1 - i;
        atomic_store_explicit(&r->words[behind], FREED | OPEN, memory_order_relaxed);
        cached->at[i] = (uint32_t)behind;
      }
      cached->count = MSRT_FRESH_BATCH - 1;
    }
    leave(cache);
  }
  return index != UINT64_MAX ? index : bump(region, r, 1);
}

/* A guarded block, or NULL. */
MSRT_NOINLINE static void *alloc_guarded(size_t size, size_t align) {
  void *block = msrt_guard_alloc(size, align < 16 ? 16 : align);
  if (block && msrt_arena_counts)
    msrt_heat_clear((uintptr_t)block, ((uint64_t)size + 16) & ~15ull);
  return block;
}

void *msrt_arena_alloc(size_t size, size_t align, bool zero) {
  if (msrt_guard_wants()) {
    void *guarded = alloc_guarded(size, align);
    if (guarded)
      return guarded;
  }
  if (size >= MSRT_REGION_BYTES / 2 || align > (1u << 20))
    return NULL;
  size_t room = size + MSRT_CANARY_MIN;
  if (align > 16) { /* blocks of powers of two lie at multiples of their size */
    if (room < align)
      room = align;
    room = (size_t)1 << (64 - __builtin_clzll(room - 1));
  }
  unsigned class = class_of(room);
  if (class >= CLASSES)
    return NULL;
  unsigned region =
      class + atomic_load_explicit(&generation, memory_order_acquire) * MSRT_ARENA_REGIONS;
  struct msrt_region *r = &msrt_regions[region];
  uint64_t index = take_cached(region, r, size);
  bool warm = false;
  if (index == UINT64_MAX)
    index = pop(region, r, size, &warm);
  bool fresh = index == UINT64_MAX;
  if (fresh) {
    if ((index = take_fresh(region, r)) == UINT64_MAX)
      return NULL;
  }
  void *block = link_of(region, r, index);
  seal(r, index, (uintptr_t)block, size);
  if (msrt_arena_counts && !fresh) { /* the last block's, and what was copied of it when it was gone */
    uint16_t *heat = msrt_arena_heat((uintptr_t)block);
    if (*heat & MSRT_SPENT) /* or muted */
      msrt_heat_clear((uintptr_t)block, r->block_bytes);
    *heat = 0;
  }
  if (zero && !fresh) {
    if (r->block_bytes >= LARGE && !warm)
      *(uint64_t *)block = 0; /* the rest was given back; only the link is there */
    else
      memset(block, 0, size);
  }
  return block;
}

/* The word of the block that begins at BLOCK; NULL if none can. */
static _Atomic uint64_t *word_of(const void *block, unsigned *ret_region) {
  if (!msrt_in_arena((uintptr_t)block))
    return NULL;
  unsigned region = msrt_region_of((uintptr_t)block);
  struct msrt_region *r = &msrt_regions[region];
  if (!r->block_bytes) /* holds none of ours */
    return NULL;
  uint64_t index = msrt_region_index(r, (uintptr_t)block);
  if (index >= atomic_load_explicit(&r->bump, memory_order_relaxed) ||
      (uintptr_t)block != msrt_region_base(region) + index * r->block_bytes)
    return NULL;
  *ret_region = region;
  return &r->words[index];
}

static size_t size_in(uint64_t word) { return (size_t)((word & ~(FREED | OPEN | WARM)) - 1); }

bool msrt_arena_is_block(const void *block) {
  unsigned region;
  _Atomic uint64_t *word = word_of(block, &region);
  if (!word)
    return msrt_guard_is_block(block);
  uint64_t value = atomic_load_explicit(word, memory_order_relaxed);
  return value != 0 && !(value & FREED);
}

bool msrt_arena_same_block(uintptr_t a, uintptr_t b) {
  if (!msrt_in_arena_blocks(a) || msrt_region_of(a) != msrt_region_of(b))
    return false;
  const struct msrt_region *r = &msrt_regions[msrt_region_of(a)];
  return r->block_bytes && msrt_region_index(r, a) == msrt_region_index(r, b);
}

size_t msrt_arena_size(const void *block) {
  unsigned region;
  _Atomic uint64_t *word = word_of(block, &region);
  return word ? size_in(atomic_load_explicit(word, memory_order_relaxed)) : msrt_guard_size(block);
}

bool msrt_arena_resize(void *block, size_t size) {
  unsigned region;
  _Atomic uint64_t *word = word_of(block, &region);
  if (!word || size >= MSRT_REGION_BYTES / 2 || class_of(size + MSRT_CANARY_MIN) != region % MSRT_ARENA_REGIONS)
    return false;
  struct msrt_region *r = &msrt_regions[region];
  uint64_t had = atomic_load_explicit(word, memory_order_relaxed);
  if (!msrt_canary_is_intact((uintptr_t)block, size_in(had), r->block_bytes))
    msrt_canary_report((uintptr_t)block, size_in(had), r->block_bytes);
  atomic_store_explicit(word, (size + 1) | OPEN, memory_order_relaxed);
  seal(r, (uint64_t)(word - r->words), (uintptr_t)block, size);
  return true;
}

/* Give back the memory of the large BLOCK, whose WORD is FREED | OPEN. A program that frees such a
 * block and asks for another all the time, as one that prints into a buffer, would pay for its pages
 * each time: a few are kept. */
static void cool_down(const struct msrt_region *r, _Atomic uint64_t *word, uintptr_t block) {
  uint64_t warm = atomic_fetch_add_explicit(&bytes_warm, r->block_bytes, memory_order_relaxed);
  if (warm + r->block_bytes <= WARM_MAX) {
    atomic_fetch_or_explicit(word, WARM, memory_order_relaxed);
    return;
  }
  atomic_fetch_sub_explicit(&bytes_warm, r->block_bytes, memory_order_relaxed);
  msrt_sys_give_back(block, r->block_bytes);
}

bool msrt_arena_free(void *block) {
  unsigned region;
  _Atomic uint64_t *word = word_of(block, &region);
  if (!word)
    return msrt_guard_free(block);
  uint64_t value = atomic_load_explicit(word, memory_order_relaxed);
  /* Of two threads that free the same block one wins. */
  if (value == 0 || value & FREED ||
      !atomic_compare_exchange_strong_explicit(word, &value, value | FREED | OPEN,
                                               memory_order_relaxed, memory_order_relaxed))
    return false;
  struct msrt_region *r = &msrt_regions[region];
  /* Before the block can be handed out again: what is recorded here is about the old one. */
  if (!msrt_canary_is_intact((uintptr_t)block, size_in(value), r->block_bytes))
    msrt_canary_report((uintptr_t)block, size_in(value), r->block_bytes);
  if (r->block_bytes >= LARGE)
    cool_down(r, word, (uintptr_t)block);
  give_back(region, r, (uint32_t)(word - r->words));
  return true;
}

bool msrt_arena_is_damaged(const void *block, struct msrt_damage *ret) {
  unsigned region;
  _Atomic uint64_t *word = word_of(block, &region);
  if (!word)
    return msrt_guard_is_damaged(block, ret);
  uint64_t value = atomic_load_explicit(word, memory_order_relaxed);
  if (value == 0 || value & (FREED | OPEN) ||
      msrt_canary_is_intact((uintptr_t)block, size_in(value), msrt_regions[region].block_bytes))
    return false;
  *ret = msrt_canary_damage((uintptr_t)block, size_in(value), msrt_regions[region].block_bytes);
  return true;
}

void *msrt_arena_next(uint64_t *cursor, size_t *ret_size) {
  const unsigned behind = MS_ARENA_GENERATIONS * MSRT_ARENA_REGIONS;
  unsigned region = (unsigned)(*cursor >> MSRT_ARENA_REGION_SHIFT);
  uint64_t guarded = region == behind ? *cursor & (MSRT_REGION_BYTES - 1) : 0;
  for (uint64_t index = *cursor & (MSRT_REGION_BYTES - 1); region < behind; region++, index = 0) {
    const struct msrt_region *r = &msrt_regions[region];
    uint64_t used = atomic_load_explicit(&r->bump, memory_order_relaxed);
    for (; index < used; index++) {
      uint64_t word = atomic_load_explicit(&r->words[index], memory_order_relaxed);
      if (word == 0 || word & FREED)
        continue;
      *cursor = ((uint64_t)region << MSRT_ARENA_REGION_SHIFT) + index + 1;
      *ret_size = size_in(word);
      return link_of(region, r, index);
    }
  }
  void *block = msrt_guard_next(&guarded, ret_size);
  *cursor = ((uint64_t)behind << MSRT_ARENA_REGION_SHIFT) + guarded;
  return block;
}
