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

#include "runtime/anchors.h"
#include "runtime/context.h"
#include "runtime/modules.h"
#include "runtime/record.h"
#include "runtime/rt_options.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/thread.h"

#define PROBE_PAGES_MAX 16384u       /* a jump of more than 64 MiB is another stack */
#define FOREIGN_FRAME_MAX (1u << 20) /* largest believable frame on an unknown stack */

extern void *__libc_stack_end __attribute__((weak));

bool msrt_stack_cache_init(struct msrt_stack_cache *cache, uint32_t number) {
  cache->entries = msrt_sys_map_anon(MSRT_CACHE_BYTES); /* pages come as entries are used */
  if (!cache->entries)
    return false;
  msrt_sys_drop_on_fork(cache->entries, MSRT_CACHE_BYTES);
  cache->salt = 1;
  cache->high = 0;
  msrt_anchors_init(cache, number);
  return true;
}

/* Frame addresses have at most 48 bits and the function's number is above bit 56: entries
 * made under another salt do not match. After 255 flushes the entries are cleared. */
void msrt_stack_cache_flush(struct msrt_stack_cache *cache) {
  msrt_anchors_forget(cache);
  cache->salt += (uintptr_t)1 << 48;
  if (cache->salt >> 56 == 0)
    return;
  cache->salt = 1;
  for (size_t i = 0; i < MSRT_CACHE_ENTRIES; i++)
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
  t->stack.room = 0;
}

bool msrt_stack_is_own(struct msrt_thread *t, uintptr_t fp) {
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
  b->room = b->last - first;
  return true;
}

void msrt_stack_cache_take(struct msrt_stack_cache *cache, struct msrt_thread *t) {
  if (!t->stack.high)
    find_high(t);
  if (cache->high == t->stack.last)
    return;
  msrt_stack_cache_flush(cache);
  cache->high = t->stack.last;
}

uintptr_t msrt_stack_left(const struct msrt_stack_bounds *stack) {
  const struct msrt_frame *outer = (const struct msrt_frame *)stack->outer;
  return outer && outer->ra != stack->outer_ra ? stack->outer + sizeof *outer : 0;
}

static bool frame_readable(uintptr_t fp) {
  return msrt_sys_readable(fp) && msrt_sys_readable(fp + 8);
}

struct walk {
  struct msrt_frame frames[MSRT_STACK_MAX + 2]; /* read, for the cache */
  struct msrt_frame stack[MSRT_STACK_MAX];      /* those that belong to the stack */
  unsigned compared, count;                     /* entries of the two */
  unsigned flags;    /* context flags */
  enum msrt_tail tail;
  bool own_stack;
  uintptr_t resume; /* where the chain goes on if the first frame led nowhere */
  uintptr_t outer;  /* the last frame, if nothing was left out; else 0 */
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
      w->stack[w->count++] = f;
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
      else
        w->outer = address;
      return;
    }
    if (!w->own_stack && (f.fp - address > FOREIGN_FRAME_MAX || !frame_readable(f.fp))) {
      w->flags |= MSRT_CONTEXT_INCOMPLETE;
      return;
    }
    address = f.fp;
  }
}

bool msrt_stack_follows_call(uintptr_t ra) {
  if (!msrt_module_has_code(ra) || !msrt_module_has_code(ra - 8))
    return false;
#ifdef __x86_64__
  const unsigned char *code = (const unsigned char *)ra;
  bool direct = code[-5] == 0xe8;
  /* call *reg, *disp8(reg), *disp32(reg) or *disp32(%rip): ff /2 */
  bool indirect = (code[-2] == 0xff && (code[-1] & 0x38) == 0x10) ||
                  (code[-3] == 0xff && (code[-2] & 0x38) == 0x10) ||
                  (code[-6] == 0xff && (code[-5] & 0x38) == 0x10);
  return direct || indirect;
#else
  uint32_t code;
  memcpy(&code, (const void *)(ra - 4), sizeof code);
  return code >> 26 == 0x25 || (code & 0xfffffc1fu) == 0xd63f0000u; /* BL, BLR */
#endif
}

/* Where the last instrumented call returns to, read from under the stack pointer that its
 * function had: 0 if that is no return address (arguments were pushed, the function has
 * made a tail call). OWN_FP and FRAME are on the thread's own stack. */
static uintptr_t instrumented_return(uintptr_t own_fp, uintptr_t frame) {
#ifdef __x86_64__
  uintptr_t stack = (uintptr_t)__memscope_tls.stack;
  if (stack <= own_fp + sizeof(struct msrt_frame) || stack > frame || (stack & 7) != 0)
    return 0;
  uintptr_t ra = *(const uintptr_t *)(stack - 8);
  return msrt_stack_follows_call(ra) ? ra : 0;
#else
  (void)own_fp, (void)frame;
  return 0; /* the return address is wherever the callee has saved it */
#endif
}

static void walk(struct msrt_thread *t, uintptr_t own_fp, unsigned limit,
                 struct msrt_sites sites, struct walk *w) {
  w->own_stack = msrt_stack_is_own(t, own_fp);
  uintptr_t high = w->own_stack ? t->stack.high : UINTPTR_MAX >> 16;
  w->compared = w->count = w->flags = 0;
  w->tail = MSRT_TAIL_EXACT;
  w->resume = w->outer = 0;
  follow(w, own_fp, high, limit);
  /* Only the call that stored .frame may use it: another function's may be gone. */
  const struct ms_site *called = sites.call ? sites.call : sites.name;
  if (!called || !(called->flags & MS_SITE_F_FRAME))
    return;
  uintptr_t frame = (uintptr_t)__memscope_tls.frame;
  if (w->count != 1 || limit == 1 || !w->own_stack ||
      !msrt_frame_plausible(frame, own_fp, t->stack.last))
    return;
  uintptr_t ra = instrumented_return(own_fp, frame);
  if (ra)
    w->stack[w->count++].ra = ra;
  w->resume = frame;
  w->frames[0].fp = (uintptr_t)__memscope_tls.stack;
  w->frames[1] = (struct msrt_frame){.fp = frame, .ra = ra};
  w->compared = 2;
  w->flags = 0;
  w->tail = MSRT_TAIL_EXACT;
  follow(w, frame, high, limit);
}

/* Whether the stack from NOW on, a frame address, is the cached one from its frame F on. */
static bool same_from(const struct msrt_stack_entry *entry, const struct msrt_frame *f,
                      const struct msrt_frame *now, uintptr_t high) {
  const struct msrt_frame *last = entry->frames + entry->count - 1;
  for (; f != last; f++) {
    if (now->fp != f->fp || now->ra != f->ra)
      return false;
    now = (const struct msrt_frame *)f->fp;
  }
  if (now->ra != f->ra)
    return false;
  return entry->tail == MSRT_TAIL_INVALID ? !msrt_frame_plausible(now->fp, (uintptr_t)now, high)
                                          : now->fp == f->fp;
}

bool msrt_stack_same(const struct msrt_stack_entry *entry, uintptr_t own_fp, uintptr_t high) {
  const struct msrt_frame *f = entry->frames, *own = (const struct msrt_frame *)own_fp;
  if (!entry->resume)
    return same_from(entry, f, own, high);
  return entry->resume == (uintptr_t)__memscope_tls.frame &&
         f[0].fp == (uintptr_t)__memscope_tls.stack && f[0].ra == own->ra &&
         (f[1].ra == 0 || f[1].ra == *(const uintptr_t *)(f[0].fp - 8)) &&
         same_from(entry, f + 2, (const struct msrt_frame *)entry->resume, high);
}

/* Have the next hook like this try ENTRY first, and then what it would try first now. */
static struct msrt_stack_entry *found(struct msrt_stack_cache *cache, uint32_t *recent,
                                      struct msrt_stack_entry *entry) {
  uint32_t offset = (uint32_t)((uint8_t *)entry - cache->entries);
  entry->hits++;
  if (offset != *recent)
    entry->other = *recent;
  *recent = offset;
  return entry;
}

struct msrt_stack_entry *msrt_stack_find(struct msrt_stack_cache *cache,
                                         const struct msrt_stack_bounds *stack, uintptr_t own_fp,
                                         unsigned fn, struct msrt_sites sites) {
  const struct msrt_frame *own = (const struct msrt_frame *)own_fp;
  uint32_t *recent = msrt_stack_recent(cache, own_fp, fn, sites), offset = *recent;
  for (unsigned i = 0; i < MSRT_GUESSES; i++) {
    struct msrt_stack_entry *entry = (struct msrt_stack_entry *)(cache->entries + offset);
    if (!msrt_stack_is_for(cache, entry, own_fp, fn, sites))
      break;
    if (msrt_stack_same_inner(entry, own) &&
        (msrt_stack_is_anchored(entry) || msrt_stack_same_outer(cache, entry)))
      return found(cache, recent, entry);
    offset = entry->other;
  }
  struct msrt_stack_entry *entry = msrt_stack_slot(cache, stack, own_fp, sites);
  for (unsigned way = 0; way < 2 && entry; way++, entry = msrt_stack_second(entry))
    if (msrt_stack_is_for(cache, entry, own_fp, fn, sites) && msrt_stack_same_inner(entry, own) &&
        (msrt_stack_is_anchored(entry) || msrt_stack_same_outer(cache, entry)))
      return found(cache, recent, entry);
  return NULL;
}

struct msrt_stack_entry *msrt_stack_find_other(const struct msrt_stack_cache *cache,
                                               const struct msrt_stack_bounds *stack,
                                               uintptr_t own_fp, unsigned fn,
                                               struct msrt_sites sites) {
  struct msrt_stack_entry *entry = msrt_stack_slot(cache, stack, own_fp, sites);
  for (unsigned way = 0; way < 2 && entry; way++, entry = msrt_stack_second(entry))
    if (msrt_stack_is_for(cache, entry, own_fp, fn, sites) &&
        msrt_stack_same(entry, own_fp, cache->high))
      return entry;
  return NULL;
}

/* Move FROM to TO; a signal handler that looks at either sees it whole or not at all. */
static void move_entry(struct msrt_stack_entry *to, struct msrt_stack_entry *from) {
  uintptr_t key = from->key;
  to->key = 0;
  MSRT_BARRIER();
  memcpy((char *)to + sizeof key, (const char *)from + sizeof key,
         sizeof *from - sizeof key + from->count * sizeof *from->frames);
  MSRT_BARRIER();
  to->key = key;
  from->key = 0;
  MSRT_BARRIER();
}

/* Walk, intern, put into the cache. 0 if the context could not be recorded. */
MSRT_NOINLINE uint32_t msrt_stack_context_slow(struct msrt_thread *t, struct msrt_lane *lane,
                                               uintptr_t own_fp, unsigned fn,
                                               struct msrt_sites sites) {
  struct msrt_stack_cache *cache = &lane->cache;
  /* Without a function it is a copy, which has a site, or a bad access. */
  unsigned limit = fn == MS_FN_NONE && sites.name ? msrt_options.copy_stack
                   : msrt_fn_is_free(fn)          ? msrt_options.free_stack
                                                  : msrt_options.stack;
  struct walk w;
  walk(t, own_fp, limit, sites, &w);
  if (w.own_stack && w.outer > t->stack.outer) {
    t->stack.outer = w.outer;
    t->stack.outer_ra = ((const struct msrt_frame *)w.outer)->ra;
  }
  uint32_t id = msrt_context_intern(lane, fn, sites.name, sites.call, w.stack, w.count, w.flags);
  if (id == 0 || !w.own_stack || w.compared > MSRT_CACHED_MAX)
    return id;
  if (w.resume && w.frames[0].fp && !w.frames[1].ra)
    return id; /* what is under the stack pointer now may be a return address next time */
  struct msrt_stack_entry *entry = msrt_stack_slot(cache, &t->stack, own_fp, sites);
  if (!entry)
    return id;
  move_entry(msrt_stack_second(entry), entry);
  entry->site = sites.name;
  entry->at = sites.call;
  entry->context_length = (uint8_t)(id < 1u << 8 ? 1 : id < 1u << 16 ? 2 : id < 1u << 24 ? 3 : 4);
  entry->length = entry->context_length;
  entry->head = (uint16_t)(entry->length << 4);
  entry->size = UINT64_MAX;
  memset(entry->prefix, 0, sizeof entry->prefix);
  memcpy(entry->prefix, &id, sizeof id);
  entry->count = (uint8_t)w.compared;
  entry->quick = w.resume ? 0 : entry->count;
  entry->tail = (uint8_t)w.tail;
  entry->resume = w.resume;
  memcpy(entry->frames, w.frames, w.compared * sizeof *w.frames);
  msrt_anchors_choose(cache, entry);
  MSRT_BARRIER();
  entry->key = msrt_stack_key(cache, own_fp, fn);
  return id;
}
