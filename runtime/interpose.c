/* interpose.c - malloc and its family, as the program sees them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Each function calls the real one and records: a free before it, an allocation after it.
 * The list of names is include/memscope/interposed.def. reallocarray is done with the real
 * realloc, as libc does it, so that it is one event; strdup, getline and the like need no
 * hook, for they call malloc through us.
 *
 * Cost of a malloc beyond the real one with a warm cache: about 90 instructions, and 4 more
 * per stack frame that has to be compared from the fifth on (anchors.h).
 */
#include <errno.h>
#include <string.h>

#include "runtime/real.h"
#include "runtime/record.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/track.h"

/* What malloc(SIZE) is when it is called by operator new: NULL if it is not. */
static bool consume_new(struct msrt_thread *t, uintptr_t own_fp, size_t size) {
  struct msrt_pending *pending = &t->pending;
  if (t->gate != MSRT_GATE_NEWOP)
    return false;
  if (own_fp >= pending->own_fp) { /* the operator was left by an exception */
    t->gate = pending->gate;
    return false;
  }
  const struct msrt_frame *frame = (const struct msrt_frame *)own_fp;
  if (pending->fail_ra) /* after a failure only the operator's own retry counts */
    return frame->ra == pending->fail_ra && own_fp == pending->fail_fp;
  return size >= pending->size;
}

/* The inner allocation of operator new: one event, of the operator's. */
static void *record_new(struct msrt_thread *t, uintptr_t own_fp, void *block) {
  struct msrt_pending *pending = &t->pending;
  t->gate = pending->gate;
  if (MSRT_LIKELY(block != NULL)) {
    unsigned fn = pending->fn;
    pending->fn = MS_FN_NONE;
    if (msrt_ready(t))
      msrt_record(t, pending->own_fp, MS_EV_ALLOC, fn, pending->size, (uintptr_t)block);
    else
      msrt_record_slow(t, pending->own_fp, MS_EV_ALLOC, fn, pending->size, (uintptr_t)block);
    return block;
  }
  msrt_record_slow(t, pending->own_fp, MS_EV_ALLOC_FAIL, pending->fn, pending->size, 0);
  pending->fail_ra = ((const struct msrt_frame *)own_fp)->ra;
  pending->fail_fp = own_fp;
  t->gate = MSRT_GATE_NEWOP;
  return NULL;
}

/* Body of an allocator: CALL is the real call, SIZE what was asked for. */
#define ALLOCATE(fn, size, call)                                            \
  struct msrt_thread *t = &msrt_self;                                       \
  void *block;                                                              \
  if (msrt_ready(t)) {                                                      \
    block = call;                                                           \
    return msrt_record_alloc(t, MSRT_FRAME(), fn, size, block);             \
  }                                                                         \
  if (msrt_passes(t) || !msrt_record_wanted(t, MSRT_FRAME()))               \
    return call;                                                            \
  if (consume_new(t, MSRT_FRAME(), size)) {                                 \
    t->gate = t->pending.gate;                                              \
    block = call;                                                           \
    return record_new(t, MSRT_FRAME(), block);                              \
  }                                                                         \
  block = call;                                                             \
  msrt_record_slow(t, MSRT_FRAME(), block ? MS_EV_ALLOC : MS_EV_ALLOC_FAIL, \
                   fn, size, (uintptr_t)block);                             \
  return block

/* A block of SIZE bytes, followed or not: TAKE of what REAL would give. */
#define TAKE(size, align, zero, real)                                 \
  ({                                                                  \
    void *tracked = msrt_track_alloc(size, align, zero);              \
    MSRT_LIKELY(!tracked) ? (real) : tracked;                         \
  })

/* An alignment that the arena can be asked for, whatever the program has passed. */
static size_t plain_align(size_t align) {
  return align < 16 ? 16 : align & (align - 1) ? SIZE_MAX : align;
}

MSRT_EXPORT void *MSRT_HOOK(malloc)(size_t size) {
  ALLOCATE(MS_FN_MALLOC, size, TAKE(size, 16, false, MSRT_REAL(malloc)(size)));
}

MSRT_EXPORT void *MSRT_HOOK(calloc)(size_t n, size_t size) {
  size_t bytes;
  if (MSRT_UNLIKELY(__builtin_mul_overflow(n, size, &bytes)))
    bytes = SIZE_MAX;
  ALLOCATE(MS_FN_CALLOC, bytes, TAKE(bytes, 16, true, MSRT_REAL(calloc)(n, size)));
}

MSRT_EXPORT void *MSRT_HOOK(aligned_alloc)(size_t align, size_t size) {
  ALLOCATE(MS_FN_ALIGNED_ALLOC, size,
           TAKE(size, plain_align(align), false, MSRT_REAL(aligned_alloc)(align, size)));
}

MSRT_EXPORT void *MSRT_HOOK(memalign)(size_t align, size_t size) {
  ALLOCATE(MS_FN_MEMALIGN, size,
           TAKE(size, plain_align(align), false, MSRT_REAL(memalign)(align, size)));
}

MSRT_EXPORT void *MSRT_HOOK(valloc)(size_t size) {
  ALLOCATE(MS_FN_VALLOC, size, TAKE(size, MSRT_PAGE, false, MSRT_REAL(valloc)(size)));
}

MSRT_EXPORT void *MSRT_HOOK(pvalloc)(size_t size) {
  ALLOCATE(MS_FN_PVALLOC, size, MSRT_REAL(pvalloc)(size)); /* never followed */
}

/* posix_memalign in the form of the others. */
static void *memalign_status(void **ret, size_t align, size_t size, int *status) {
  void *tracked = align % sizeof(void *) == 0 && align != 0 && (align & (align - 1)) == 0
                      ? msrt_track_alloc(size, align, false)
                      : NULL;
  if (tracked) {
    *ret = tracked;
    *status = 0;
    return tracked;
  }
  *status = MSRT_REAL(posix_memalign)(ret, align, size);
  return *status == 0 ? *ret : NULL;
}

static inline __attribute__((always_inline)) void *posix_form(void **ret, size_t align,
                                                              size_t size, int *status) {
  ALLOCATE(MS_FN_POSIX_MEMALIGN, size, memalign_status(ret, align, size, status));
}

MSRT_EXPORT int MSRT_HOOK(posix_memalign)(void **ret, size_t align, size_t size) {
  int status;
  posix_form(ret, align, size, &status);
  return status;
}

/* A free that the fast path does not take. True: the real call is to be made. */
MSRT_NOINLINE static bool free_slow(struct msrt_thread *t, uintptr_t own_fp, void *block,
                                    unsigned fn) {
  if (msrt_is_boot(block))
    return false;
  if (!block || msrt_passes(t) || !msrt_record_wanted(t, own_fp))
    return true;
  if (t->gate == MSRT_GATE_DELETEOP && t->pending.block == block)
    t->gate = t->pending.gate; /* the operator was the event */
  else
    msrt_record_slow(t, own_fp, MS_EV_FREE, fn, 0, (uintptr_t)block);
  return true;
}

/* The same for all of a free. */
MSRT_NOINLINE static void free_otherwise(struct msrt_thread *t, uintptr_t own_fp, void *block) {
  if (MSRT_LIKELY(msrt_ready(t) && !msrt_is_boot(block)))
    msrt_record_usual(t, own_fp, MS_EV_FREE, MS_FN_FREE, 0, (uintptr_t)block);
  else if (!free_slow(t, own_fp, block, MS_FN_FREE))
    return;
  msrt_heap_free(block);
}

MSRT_EXPORT void MSRT_HOOK(free)(void *block) {
  struct msrt_thread *t = &msrt_self;
  if (!block)
    __memscope_tls.at = NULL;
  else if (MSRT_LIKELY(msrt_ready(t) && !msrt_is_boot(block)) &&
           MSRT_LIKELY(msrt_record_quick(t, MSRT_FRAME(), MS_EV_FREE, MS_FN_FREE, 0, (uintptr_t)block)))
    msrt_heap_free(block);
  else
    free_otherwise(t, MSRT_FRAME(), block);
}

/* What the program may use of a block of the arena is what it has asked for. */
MSRT_EXPORT size_t MSRT_HOOK(malloc_usable_size)(void *block) {
#ifndef MSRT_ASAN
  if (msrt_in_arena((uintptr_t)block) && msrt_arena_is_block(block))
    return msrt_arena_size(block);
#endif
  return MSRT_REAL(malloc_usable_size)(block);
}

#ifndef MSRT_STATIC
extern void *msrt_own_malloc(size_t size) __attribute__((alias("malloc")));
extern void msrt_own_free(void *block) __attribute__((alias("free")));

void cfree(void *block);
/* Gone from libc, but old programs have it; it was always free. */
MSRT_EXPORT void cfree(void *block) {
  if (free_slow(&msrt_self, MSRT_FRAME(), block, MS_FN_CFREE))
    msrt_heap_free(block);
}
#endif

/* realloc of an existing block to a size that is not 0. The gate stays closed from begin
 * to end, so that nothing comes between the two in their lane. */
MSRT_NOINLINE static void *resize_usual(struct msrt_thread *t, uintptr_t own_fp, unsigned fn,
                                        void *old, size_t size) {
  struct msrt_claim claim;
  if (!msrt_claim_lane(t, own_fp, &claim))
    return msrt_heap_realloc(old, size);
  struct msrt_lane *lane = claim.lane;
  struct msrt_sites sites = msrt_current_sites(fn);
  struct msrt_stack_entry *e = msrt_stack_find(&lane->cache, &t->stack, own_fp, fn | MSRT_RESIZES, sites);
  const struct msrt_context_ref context =
      e ? (struct msrt_context_ref){msrt_stack_context(e), (unsigned)e->context_length << 4,
                                    e->context_length}
        : msrt_record_context(t, lane, own_fp, fn, sites);
  msrt_record_put(lane, context, MS_EV_REALLOC_BEGIN, 0, (uintptr_t)old);
  void *block = msrt_heap_realloc(old, size);
  if (MSRT_LIKELY(!msrt_lane_full(lane)) || msrt_lane_refresh(t, lane)) {
    if (MSRT_UNLIKELY(block == NULL))
      msrt_record_put(lane, context, MS_EV_REALLOC_FAIL, size, 0);
    else
      msrt_record_put(lane, context, MS_EV_REALLOC_END, size, (uintptr_t)block);
  }
  __memscope_tls.at = NULL;
  msrt_release_lane(t, &claim);
  return block;
}

/* The end of a realloc that does not come quickly. The gate is closed, was READY. */
MSRT_NOINLINE static void resize_ends(struct msrt_thread *t, const struct msrt_stack_entry *e,
                                      const void *block, size_t size) {
  struct msrt_lane *lane = t->lane;
  struct msrt_context_ref context = {msrt_stack_context(e), (unsigned)e->context_length << 4,
                                     e->context_length};
  if (!msrt_lane_full(lane) || msrt_lane_refresh(t, lane))
    msrt_record_put(lane, context, block ? MS_EV_REALLOC_END : MS_EV_REALLOC_FAIL, size,
                    (uintptr_t)block);
}

static inline __attribute__((always_inline)) void *resize(struct msrt_thread *t,
                                                          uintptr_t own_fp, unsigned fn,
                                                          void *old, size_t size) {
  if (!msrt_ready(t))
    return resize_usual(t, own_fp, fn, old, size);
  struct msrt_lane *lane = t->lane;
  t->gate = own_fp;
  MSRT_BARRIER();
  struct msrt_stack_entry *e =
      MSRT_LIKELY(size >> 48 == 0) ? msrt_record_guess(lane, own_fp, fn | MSRT_RESIZES) : NULL;
  if (MSRT_UNLIKELY(!e)) {
    MSRT_BARRIER();
    t->gate = MSRT_GATE_READY;
    return resize_usual(t, own_fp, fn, old, size);
  }
  if (e->size != size)
    msrt_stack_set_size(e, size);
  msrt_put_ready_event(lane, (unsigned)e->context_length << 4 | MS_EV_REALLOC_BEGIN, e->prefix,
                       e->context_length, (uintptr_t)old, 0);
  void *block = msrt_heap_realloc(old, size);
  if (MSRT_LIKELY(block != NULL) && MSRT_LIKELY(!msrt_lane_full(lane)) && MSRT_LIKELY(msrt_lane_is_coarse(lane)))
    msrt_put_ready_event(lane, e->head | MS_EV_REALLOC_END, e->prefix, e->length,
                         (uintptr_t)block, 0);
  else
    resize_ends(t, e, block, size);
  __memscope_tls.at = NULL;
  MSRT_BARRIER();
  t->gate = MSRT_GATE_READY;
  return block;
}

/* A block of the boot buffer moves to the real heap. */
MSRT_NOINLINE static void *leave_boot(void *old, size_t size) {
  void *block = MSRT_REAL(malloc)(size);
  if (block) {
    size_t had = ((size_t *)old)[-1];
    memcpy(block, old, had < size ? had : size);
  }
  return block;
}

/* realloc(OLD, SIZE) where SIZE may be 0. */
static void *release_or_resize(void *old, size_t size) {
#ifndef MSRT_ASAN
  if (size == 0 && msrt_in_arena((uintptr_t)old) && msrt_arena_free(old))
    return NULL;
#endif
  return msrt_heap_realloc(old, size);
}

/* realloc of an existing block. Out of line: realloc(NULL, n), which is all that many
 * programs ever call malloc with, is to be as cheap as malloc. */
MSRT_NOINLINE static void *reallocate(struct msrt_thread *t, uintptr_t own_fp, unsigned fn,
                                      void *old, size_t size) {
  if (!msrt_ready(t) && (msrt_passes(t) || !msrt_record_wanted(t, own_fp))) {
    if (msrt_is_boot(old))
      return leave_boot(old, size);
    return release_or_resize(old, size);
  }
  if (MSRT_UNLIKELY(msrt_is_boot(old))) {
    void *block = leave_boot(old, size);
    msrt_record_slow(t, own_fp, block ? MS_EV_ALLOC : MS_EV_ALLOC_FAIL, fn, size,
                     (uintptr_t)block);
    return block;
  }
  if (MSRT_LIKELY(size))
    return resize(t, own_fp, fn, old, size);
  /* realloc(p, 0) frees in glibc and may return a fresh block elsewhere; the event must
   * be logged before we can know, so it is a free and perhaps an allocation. */
  msrt_record_slow(t, own_fp, MS_EV_FREE, fn, 0, (uintptr_t)old);
  void *block = release_or_resize(old, size);
  if (block)
    msrt_record_slow(t, own_fp, MS_EV_ALLOC, fn, size, (uintptr_t)block);
  return block;
}

MSRT_EXPORT void *MSRT_HOOK(realloc)(void *old, size_t size) {
  if (!old) {
    ALLOCATE(MS_FN_REALLOC, size, TAKE(size, 16, false, MSRT_REAL(malloc)(size)));
  }
  return reallocate(&msrt_self, MSRT_FRAME(), MS_FN_REALLOC, old, size);
}

#ifdef MSRT_STATIC
void *__wrap_reallocarray(void *old, size_t n, size_t size);
#else
void *reallocarray(void *old, size_t n, size_t size);
#endif
MSRT_EXPORT void *MSRT_HOOK(reallocarray)(void *old, size_t n, size_t size) {
  size_t bytes;
  if (MSRT_UNLIKELY(__builtin_mul_overflow(n, size, &bytes))) {
    struct msrt_thread *t = &msrt_self;
    if (msrt_ready(t) || msrt_record_wanted(t, MSRT_FRAME()))
      msrt_record_slow(t, MSRT_FRAME(), MS_EV_ALLOC_FAIL, MS_FN_REALLOCARRAY, SIZE_MAX, 0);
    errno = ENOMEM;
    return NULL;
  }
  return reallocate(&msrt_self, MSRT_FRAME(), MS_FN_REALLOCARRAY, old, bytes);
}
