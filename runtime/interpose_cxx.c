/* interpose_cxx.c - operator new and delete in all their forms.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Written in C under the mangled names, so that the runtime needs no C++ library. The usual
 * operator new calls malloc, which is our hook too: the operator leaves word (gate NEWOP)
 * and malloc records one event, of operator new, with the operator's stack. An operator
 * that takes its memory elsewhere is recorded when it returns. It may throw through us:
 * nothing is held here, and word that was left behind is recognised by its frame address.
 *
 * If the operators and malloc that the program would use are the C++ library's and ours, what comes
 * of it is known, and the hook does it by itself; a failure is left to the library.
 *
 * A member of its own in the archive, so that C programs do not get it.
 */
#include "runtime/modules.h"
#include "runtime/real.h"
#include "runtime/record.h"
#include "runtime/track.h"

/* Whether operator new is malloc and operator delete free, as far as they succeed. */
#if defined(MSRT_STATIC) || defined(MSRT_ASAN)
#define is_plain false
#else
static bool is_plain;
#endif

/* The usual forms of both then: true if it is done. */
#define PLAIN_NEW(op, size)                                                              \
  struct msrt_thread *self = &msrt_self;                                                \
  if (MSRT_LIKELY(is_plain) && msrt_ready(self)) {                                      \
    size_t bytes = (size) ? (size) : 1;                                                 \
    void *taken = msrt_track_alloc(bytes, 16, false);                                   \
    if (MSRT_LIKELY(!taken))                                                            \
      taken = MSRT_REAL(malloc)(bytes);                                                 \
    if (MSRT_LIKELY(taken != NULL))                                                     \
      return msrt_record_alloc(self, MSRT_FRAME(), op, size, taken);                    \
  }

#define PLAIN_DELETE(fn, block)                                                          \
  if (MSRT_LIKELY(is_plain) && msrt_ready(&msrt_self) && MSRT_LIKELY((block) != NULL)) { \
    msrt_record(&msrt_self, MSRT_FRAME(), MS_EV_FREE, fn, 0, (uintptr_t)(block));       \
    msrt_heap_free(block);                                                              \
    return;                                                                             \
  }

/* Whether an operator new that found the gate at NEWOP was called by another one (new[]
 * calls new). Otherwise it was called by a new-handler, or the other one was left by an
 * exception: those come after a failure or have no frame below it. */
static inline bool is_inner(const struct msrt_thread *t, uintptr_t own_fp) {
  return own_fp < t->pending.own_fp && t->pending.fn && !t->pending.fail_ra;
}

/* Announce the operator, call it, and see whether malloc has done the recording. */
#define NEW(op, size, call)                                                             \
  struct msrt_thread *t = &msrt_self;                                                   \
  const uintptr_t entry_gate = t->gate;                                                 \
  uintptr_t gate = entry_gate;                                                          \
  struct msrt_pending saved;                                                            \
  if (MSRT_UNLIKELY(gate != MSRT_GATE_READY)) {                                         \
    if (gate == MSRT_GATE_NEWOP && is_inner(t, MSRT_FRAME()))                           \
      return call; /* the outer one is the event */                                     \
    if (!msrt_record_wanted(t, MSRT_FRAME()))                                           \
      return call;                                                                      \
    saved = t->pending;                                                                 \
    gate = t->gate == MSRT_GATE_NEWOP ? t->pending.gate : t->gate;                      \
  }                                                                                     \
  t->pending.fn = op;                                                                   \
  t->pending.gate = gate;                                                               \
  t->pending.size = size;                                                               \
  t->pending.own_fp = MSRT_FRAME();                                                     \
  t->pending.fail_ra = 0;                                                               \
  t->gate = MSRT_GATE_NEWOP;                                                            \
  MSRT_BARRIER();                                                                       \
  void *block = call;                                                                   \
  MSRT_BARRIER();                                                                       \
  if (MSRT_UNLIKELY(t->gate != gate)) {                                                 \
    t->gate = gate;                                                                     \
    if (t->pending.fn && block)                                                         \
      msrt_record_slow(t, MSRT_FRAME(), MS_EV_ALLOC, op, size, (uintptr_t)block);       \
  }                                                                                     \
  if (MSRT_UNLIKELY(entry_gate == MSRT_GATE_NEWOP)) {                                   \
    t->pending = saved; /* back in the new-handler of another */                        \
    t->gate = MSRT_GATE_NEWOP;                                                          \
  }                                                                                     \
  return block

/* Record, then let the operator free without a second event. */
#define DELETE(fn, block, call)                                                         \
  struct msrt_thread *t = &msrt_self;                                                   \
  uintptr_t gate = t->gate;                                                             \
  if (MSRT_UNLIKELY(!(block) || (gate == MSRT_GATE_DELETEOP && t->pending.block == (block)) || \
                    (gate != MSRT_GATE_READY && !msrt_record_wanted(t, MSRT_FRAME())))) { \
    call;                                                                               \
    return;                                                                             \
  }                                                                                     \
  if (MSRT_LIKELY(gate == MSRT_GATE_READY))                                             \
    msrt_record(t, MSRT_FRAME(), MS_EV_FREE, fn, 0, (uintptr_t)(block));                \
  else                                                                                  \
    msrt_record_slow(t, MSRT_FRAME(), MS_EV_FREE, fn, 0, (uintptr_t)(block));           \
  gate = t->gate;                                                                       \
  t->pending.gate = gate;                                                               \
  t->pending.block = (block);                                                           \
  t->gate = MSRT_GATE_DELETEOP;                                                         \
  MSRT_BARRIER();                                                                       \
  call;                                                                                 \
  MSRT_BARRIER();                                                                       \
  t->pending.block = NULL;                                                              \
  if (MSRT_UNLIKELY(t->gate != gate))                                                   \
  t->gate = gate

#ifdef MSRT_STATIC
#define REAL_DECLARE(name, result, parameters)                        \
  result __real_##name parameters __attribute__((weak));              \
  result __wrap_##name parameters;
#define REAL(name) __real_##name
#else
/* Found at the first call: the C++ library may be loaded after us. */
static void decide(void);
#define REAL_DECLARE(name, result, parameters)                        \
  result name parameters;                                             \
  static result(*real_##name) parameters;                             \
  MSRT_NOINLINE static void find_##name(void) {                       \
    struct msrt_thread *t = &msrt_self;                               \
    uintptr_t gate = t->gate;                                         \
    t->gate = MSRT_GATE_INTERNAL;                                     \
    real_##name = (result(*) parameters)msrt_real_find(#name);        \
    decide();                                                         \
    t->gate = gate;                                                   \
  }
#define REAL(name) (MSRT_LIKELY(real_##name != NULL) ? (void)0 : find_##name(), real_##name)
#endif

#define DEFINE_NEW(name, fn, parameters, arguments, PLAIN)            \
  REAL_DECLARE(name, void *, parameters)                              \
  MSRT_EXPORT void *MSRT_HOOK(name) parameters {                      \
    PLAIN                                                             \
    void *(*real) parameters = REAL(name);                            \
    NEW(fn, size, real ? real arguments : MSRT_HOOK(malloc)(size));   \
  }

#define DEFINE_DELETE(name, fn, parameters, arguments, PLAIN)         \
  REAL_DECLARE(name, void, parameters)                                \
  MSRT_EXPORT void MSRT_HOOK(name) parameters {                       \
    PLAIN                                                             \
    void (*real) parameters = REAL(name);                             \
    DELETE(fn, block, real ? real arguments : MSRT_HOOK(free)(block)); \
  }

struct nothrow; /* std::nothrow_t, passed by reference */

DEFINE_NEW(_Znwm, MS_FN_NEW, (size_t size), (size), PLAIN_NEW(MS_FN_NEW, size))
DEFINE_NEW(_ZnwmRKSt9nothrow_t, MS_FN_NEW, (size_t size, const struct nothrow *tag), (size, tag), )
DEFINE_NEW(_ZnwmSt11align_val_t, MS_FN_NEW, (size_t size, size_t align), (size, align), )
DEFINE_NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, MS_FN_NEW,
           (size_t size, size_t align, const struct nothrow *tag), (size, align, tag), )
DEFINE_NEW(_Znam, MS_FN_NEW_ARRAY, (size_t size), (size), PLAIN_NEW(MS_FN_NEW_ARRAY, size))
DEFINE_NEW(_ZnamRKSt9nothrow_t, MS_FN_NEW_ARRAY, (size_t size, const struct nothrow *tag),
           (size, tag), )
DEFINE_NEW(_ZnamSt11align_val_t, MS_FN_NEW_ARRAY, (size_t size, size_t align), (size, align), )
DEFINE_NEW(_ZnamSt11align_val_tRKSt9nothrow_t, MS_FN_NEW_ARRAY,
           (size_t size, size_t align, const struct nothrow *tag), (size, align, tag), )

DEFINE_DELETE(_ZdlPv, MS_FN_DELETE, (void *block), (block), PLAIN_DELETE(MS_FN_DELETE, block))
DEFINE_DELETE(_ZdlPvm, MS_FN_DELETE, (void *block, size_t size), (block, size),
              PLAIN_DELETE(MS_FN_DELETE, block))
DEFINE_DELETE(_ZdlPvRKSt9nothrow_t, MS_FN_DELETE, (void *block, const struct nothrow *tag),
              (block, tag), )
DEFINE_DELETE(_ZdlPvSt11align_val_t, MS_FN_DELETE, (void *block, size_t align), (block, align), )
DEFINE_DELETE(_ZdlPvmSt11align_val_t, MS_FN_DELETE, (void *block, size_t size, size_t align),
              (block, size, align), )
DEFINE_DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, MS_FN_DELETE,
              (void *block, size_t align, const struct nothrow *tag), (block, align, tag), )
DEFINE_DELETE(_ZdaPv, MS_FN_DELETE_ARRAY, (void *block), (block),
              PLAIN_DELETE(MS_FN_DELETE_ARRAY, block))
DEFINE_DELETE(_ZdaPvm, MS_FN_DELETE_ARRAY, (void *block, size_t size), (block, size),
              PLAIN_DELETE(MS_FN_DELETE_ARRAY, block))
DEFINE_DELETE(_ZdaPvRKSt9nothrow_t, MS_FN_DELETE_ARRAY, (void *block, const struct nothrow *tag),
              (block, tag), )
DEFINE_DELETE(_ZdaPvSt11align_val_t, MS_FN_DELETE_ARRAY, (void *block, size_t align),
              (block, align), )
DEFINE_DELETE(_ZdaPvmSt11align_val_t, MS_FN_DELETE_ARRAY,
              (void *block, size_t size, size_t align), (block, size, align), )
DEFINE_DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, MS_FN_DELETE_ARRAY,
              (void *block, size_t align, const struct nothrow *tag), (block, align, tag), )

#ifndef MSRT_STATIC
#ifndef MSRT_ASAN
/* What the names stand for here, whoever else defines them. */
#define OWN(name) \
  extern __typeof__(name) msrt_own_##name __attribute__((alias(#name), visibility("hidden")))
OWN(_Znwm);
OWN(_Znam);
OWN(_ZdlPv);
OWN(_ZdaPv);
#undef OWN

static bool is_same(const void *volatile one, const void *volatile other) { return one == other; }

/* The gate is closed. */
static void decide(void) {
  bool are_ours = is_same((void *)malloc, (void *)msrt_own_malloc) &&
                  is_same((void *)free, (void *)msrt_own_free) &&
                  is_same((void *)_Znwm, (void *)msrt_own__Znwm) && is_same((void *)_Znam, (void *)msrt_own__Znam) &&
                  is_same((void *)_ZdlPv, (void *)msrt_own__ZdlPv) && is_same((void *)_ZdaPv, (void *)msrt_own__ZdaPv);
  static const char *const operators[] = {"_Znwm", "_Znam", "_ZdlPv", "_ZdaPv"};
  const void *library = msrt_module_identity((uintptr_t)msrt_real_find("_ZSt15get_new_handlerv"));
  for (unsigned i = 0; i < sizeof operators / sizeof *operators && are_ours; i++)
    are_ours = library && library == msrt_module_identity((uintptr_t)msrt_real_find(operators[i]));
  is_plain = are_ours;
}
#else
static void decide(void) {}
#endif
#endif
