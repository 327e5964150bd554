/* stack.c - walk frame pointers, carefully.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Code compiled without frame pointers leaves anything in the register, so a frame
 * address is believed only if it lies above the last one on the same stack and its return
 * address lies in executable code of a loaded object. The end of a thread's own stack is
 * known (glibc keeps struct pthread there; the main thread has __libc_stack_end); that
 * everything between the hook's frame and that end can be read is found out page by page,
 * once. Any other stack (sigaltstack, coroutines) is walked with a probe per page and is
 * never cached, for it may be unmapped at any time.
 */
#include "runtime/stack.h"

#include <pthread.h>
#include <string.h>

#include "runtime/context.h"
#include "runtime/modules.h"
#include "runtime/record.h"
#include "runtime/rt_options.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/thread.h"

#define PROBE_PAGES_MAX 16384u       /* a jump of more than 64 MiB is another stack */
#define FOREIGN_FRAME_MAX (1u << 20) /* largest believable frame on an unknown stack */

extern void *__libc_stack_end __attribute__((weak));

bool msrt_stack_cache_init(struct msrt_stack_cache *cache) {
  size_t size = (size_t)MSRT_CACHE_STRIDE << MSRT_CACHE_LOG2;
  cache->entries = msrt_sys_map_anon(size); /* pages come as entries are used */
  if (!cache->entries)
    return false;
  msrt_sys_drop_on_fork(cache->entries, size);
  cache->salt = 1;
  cache->high = 0;
  return true;
}

/* Frame addresses have at most 48 bits and the function's number is above bit 56: entries
 * made under another salt do not match. After 255 flushes the entries are cleared. */
void msrt_stack_cache_flush(struct msrt_stack_cache *cache) {
  cache->salt += (uintptr_t)1 << 48;
  if (cache->salt >> 56 == 0)
    return;
  cache->salt = 1;
  for (size_t i = 0; i < (size_t)1 << MSRT_CACHE_LOG2; i++)
    ((struct msrt_stack_entry *)(cache->entries + i * MSRT_CACHE_STRIDE))->key = 0;
}

/* Find the end of T's own stack, at its first walk. */
static void find_high(struct msrt_thread *t) {
  uintptr_t high = 0;
  if (msrt_sys_gettid() != msrt_sys_getpid())
    high = (uintptr_t)pthread_self();
  else if (&__libc_stack_end)
    high = (uintptr_t)__libc_stack_end;
  t->stack.high = t->stack.low = high & ~(uintptr_t)15;
  if (!high)
    t->stack.high = t->stack.low = MSRT_PAGE; /* unknown: nothing is inside */
  t->stack.last = t->stack.high - sizeof(struct msrt_frame);
}

/* Whether FP lies on T's own stack, with everything from it to the end readable. */
static bool on_own_stack(struct msrt_thread *t, uintptr_t fp) {
  struct msrt_stack_bounds *b = &t->stack;
  if (!b->high)
    find_high(t);
  if (fp >= b->high)
    return false;
  if (fp >= b->low)
    return true;
  uintptr_t first = fp & ~(uintptr_t)(MSRT_PAGE - 1);
  if ((b->low - first) / MSRT_PAGE > PROBE_PAGES_MAX)
    return false;
  for (uintptr_t page = first; page < b->low; page += MSRT_PAGE)
    if (!msrt_sys_readable(page))
      return false;
  b->low = first;
  return true;
}

static bool frame_readable(uintptr_t fp) {
  return msrt_sys_readable(fp) && msrt_sys_readable(fp + 8);
}

struct walk {
  struct msrt_frame frames[MSRT_STACK_MAX + 1];
  unsigned compared; /* frames read, for the cache */
  unsigned count;    /* of them, frames that belong to the stack */
  unsigned flags;    /* context flags */
  enum msrt_tail tail;
  bool own_stack;
  uintptr_t resume; /* where the second frame was found if the first one led nowhere */
};

/* Follow the chain from ADDRESS, a readable frame, until it ends or LIMIT frames are known. */
static void follow(struct walk *w, uintptr_t address, uintptr_t high, unsigned limit) {
  for (;;) {
    struct msrt_frame f = *(const struct msrt_frame *)address;
    w->frames[w->compared++] = f;
    bool known = msrt_module_has_code(msrt_strip(f.ra));
    if (!known)
      w->flags |= MSRT_CONTEXT_INCOMPLETE;
    if (!known && w->count > 0)
      return; /* whatever this is, it is no frame; it still tells stacks apart */
    bool plausible = msrt_frame_plausible(f.fp, address, high - sizeof f);
    if (!plausible)
      w->tail = MSRT_TAIL_INVALID;
    if (w->count < limit)
      w->count++;
    if (w->count >= limit) {
      if (plausible)
        w->flags |= MSRT_CONTEXT_CUT;
      return;
    }
    if (!known)
      return;
    if (!plausible) {
      if (f.fp > MSRT_PAGE) /* small numbers and 0 are what start-up code leaves */
        w->flags |= MSRT_CONTEXT_INCOMPLETE;
      return;
    }
    if (!w->own_stack && (f.fp - address > FOREIGN_FRAME_MAX || !frame_readable(f.fp))) {
      w->flags |= MSRT_CONTEXT_INCOMPLETE;
      return;
    }
    address = f.fp;
  }
}

static void walk(struct msrt_thread *t, uintptr_t own_fp, unsigned limit, struct walk *w) {
  w->own_stack = on_own_stack(t, own_fp);
  uintptr_t high = w->own_stack ? t->stack.high : UINTPTR_MAX >> 16;
  w->compared = w->count = w->flags = 0;
  w->tail = MSRT_TAIL_EXACT;
  w->resume = 0;
  follow(w, own_fp, high, limit);
  uintptr_t frame = (uintptr_t)__memscope_tls.frame;
  if (w->count != 1 || limit == 1 || !w->own_stack ||
      !msrt_frame_plausible(frame, own_fp, t->stack.last))
    return;
  w->resume = frame;
  w->compared = 1;
  w->flags = 0;
  w->tail = MSRT_TAIL_EXACT;
  follow(w, frame, high, limit);
}

bool msrt_stack_same_resumed(const struct msrt_stack_entry *entry, uintptr_t own_fp,
                             uintptr_t high) {
  return entry->resume == (uintptr_t)__memscope_tls.frame &&
         entry->frames[0].ra == ((const struct msrt_frame *)own_fp)->ra &&
         msrt_stack_same_from(entry, entry->frames + 1,
                              (const struct msrt_frame *)entry->resume, high);
}

/* Walk, intern, put into the cache. 0 if the context could not be recorded. */
MSRT_NOINLINE uint32_t msrt_stack_context_slow(struct msrt_thread *t, struct msrt_lane *lane,
                                               uintptr_t own_fp, unsigned fn) {
  const struct ms_site *site = __memscope_tls.site, *at = __memscope_tls.at;
  unsigned limit = msrt_fn_is_free(fn) ? msrt_options.free_stack : msrt_options.stack;
  struct walk w;
  walk(t, own_fp, limit, &w);
  uint32_t id = msrt_context_intern(lane, fn, site, at, w.frames, w.count, w.flags);
  if (id == 0 || !w.own_stack || w.compared > MSRT_CACHED_MAX)
    return id;
  struct msrt_stack_cache *cache = &lane->cache;
  if (cache->high != t->stack.last) {
    /* The lane has come from a thread with another stack: its entries may point at
     * memory that is gone. They cannot match before this flush, for they are looked up by
     * frame address, and that address was on the other stack. */
    msrt_stack_cache_flush(cache);
    cache->high = t->stack.last;
  }
  struct msrt_stack_entry *entry = msrt_stack_slot(cache, &t->stack, own_fp, site);
  if (!entry)
    return id;
  entry->key = 0; /* matches nothing until the entry is whole */
  MSRT_BARRIER();
  entry->site = site;
  entry->at = at;
  entry->context = id;
  entry->length = (uint8_t)(id < 1u << 8 ? 1 : id < 1u << 16 ? 2 : id < 1u << 24 ? 3 : 4);
  entry->head = (uint16_t)(entry->length << 4);
  entry->count = (uint8_t)w.compared;
  entry->tail = (uint8_t)w.tail;
  entry->resume = w.resume;
  memcpy(entry->frames, w.frames, w.compared * sizeof *w.frames);
  MSRT_BARRIER();
  entry->key = msrt_stack_key(cache, own_fp, fn);
  return id;
}
