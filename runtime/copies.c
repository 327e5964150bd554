/* copies.c - the hooks that follow pointers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Instrumented code calls here only if a tracked block is concerned (abi.h). Under
 * track=all that is nearly every pointer that moves, so stores and binds come
 * from quick_copies.c, which does the usual case itself. Here is every case; what the context of a
 * site is not known for claims a lane as record.c does.
 *
 * Slots on the stack end with their frame. Functions whose frame holds pointers say so when
 * they return (__memscope_frame); what longjmp, an exception or code without
 * instrumentation has left behind is found out at the next hook, whose own frame is below
 * everything that lives.
 */
#include "runtime/copies.h"

#include <string.h>

#include "runtime/hooks.h"
#include "runtime/rt_options.h"
#include "runtime/track.h"

#define EXPORT __attribute__((visibility("default")))

void msrt_lane_put(struct msrt_lane *lane, enum ms_event_kind kind, uint64_t a, enum msrt_b form,
                   uint64_t b, uintptr_t address, bool has_address, uint64_t delta) {
  unsigned head = kind;
  if (kind > MS_EV_EXTENDED) {
    a = a << 5 | (kind - 16u);
    head = MS_EV_EXTENDED;
  }
  unsigned length = (71u - (unsigned)__builtin_clzll(a | 1)) / 8;
  if (form == MSRT_B_VALUE)
    b = msrt_encode_value(b, address);
  unsigned has = (form != MSRT_B_NONE && b ? MSRT_HAS_SIZE : 0) |
                 (has_address ? MSRT_HAS_BLOCK : 0);
  msrt_put_event(lane, head | length << 4, a, length, has, b, address, delta);
}

/* The context of a copy, found the long way and kept for the next one. */
static uint32_t find_context(struct msrt_thread *t, struct msrt_lane *lane, uintptr_t own_fp,
                             const struct ms_site *site) {
  struct msrt_sites sites = {site, NULL};
  uint32_t context = msrt_record_context(t, lane, own_fp, MS_FN_NONE, sites).id;
  if (context == 0 || msrt_options.copy_stack > 1)
    return context;
  uintptr_t ra = ((const struct msrt_frame *)own_fp)->ra;
  struct msrt_copy_context *entry = msrt_copy_context_of(lane, site, ra);
  entry->site = NULL;
  MSRT_BARRIER();
  entry->ra = ra;
  entry->id = context;
  entry->length = (71u - (unsigned)__builtin_clz(context) - 32u) / 8;
  entry->head = entry->length << 4;
  MSRT_BARRIER();
  entry->site = site;
  return context;
}

MSRT_NOINLINE void msrt_copy_event(struct msrt_thread *t, uintptr_t own_fp,
                                   enum ms_event_kind kind, const struct ms_site *site,
                                   enum msrt_b form, uint64_t b, uintptr_t address) {
  struct msrt_claim claim;
  if (!msrt_is_recorded(t, own_fp) || !msrt_claim_lane(t, own_fp, &claim))
    return;
  uint32_t context = site ? find_context(t, claim.lane, own_fp, site) : 0;
  msrt_lane_put(claim.lane, kind, context, form, b, address, true,
                msrt_lane_delta(claim.lane, true));
  msrt_release_lane(t, &claim);
}

/* The same for a store or bind; costs less if the gate is open and the context known. */
MSRT_INLINE void value_event(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                             const struct ms_site *site, uintptr_t value, uintptr_t address) {
  struct msrt_lane *lane = t->lane;
  if (MSRT_LIKELY(msrt_ready(t)) && MSRT_LIKELY(!msrt_lane_full(lane))) {
    uintptr_t ra = ((const struct msrt_frame *)own_fp)->ra;
    const struct msrt_copy_context *entry = msrt_copy_context_of(lane, site, ra);
    if (MSRT_LIKELY(entry->site == site && entry->ra == ra)) {
      t->gate = own_fp;
      MSRT_BARRIER();
      uint64_t b = msrt_encode_value(value, address);
      msrt_put_event(lane, kind | entry->head, entry->id, entry->length,
                     (value ? MSRT_HAS_SIZE : 0) | MSRT_HAS_BLOCK, b, address,
                     msrt_lane_delta(lane, true));
      MSRT_BARRIER();
      t->gate = MSRT_GATE_READY;
      return;
    }
  }
  msrt_copy_event(t, own_fp, kind, site, MSRT_B_VALUE, value, address);
}

void msrt_string_event(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                       const char *text, uintptr_t address, bool has_address) {
  struct msrt_claim claim;
  if (!msrt_is_recorded(t, own_fp) || !msrt_claim_lane(t, own_fp, &claim))
    return;
  msrt_lane_put(claim.lane, kind, msrt_string_id(claim.lane, text), MSRT_B_NONE, 0, address,
                has_address, msrt_lane_delta(claim.lane, true));
  msrt_release_lane(t, &claim);
}

/* msrt_stack_is_own, mostly without a call. */
MSRT_INLINE bool is_own(struct msrt_thread *t, uintptr_t own_fp) {
  return MSRT_LIKELY(own_fp >= t->stack.low && own_fp < t->stack.high) || msrt_stack_is_own(t, own_fp);
}

/* The recorded slots below FRAME have ended. A hook on another stack (of a signal handler, of a
 * coroutine) knows nothing about that. */
static void end_slots(struct msrt_thread *t, uintptr_t own_fp, uintptr_t frame,
                      const struct ms_site *site) {
  uintptr_t lowest = ~__memscope_tls.slots;
  if (!__memscope_tls.slots || lowest >= frame || !is_own(t, own_fp))
    return;
  msrt_clear_event(t, own_fp, site, lowest, frame - lowest);
  msrt_stack_slots_drop(&t->slots, frame);
  __memscope_tls.slots = msrt_stack_slots_lowest(&t->slots);
}

void msrt_copies_frames_left(struct msrt_thread *t, uintptr_t own_fp) {
  end_slots(t, own_fp, own_fp, NULL);
}

void msrt_copies_thread_ends(struct msrt_thread *t) {
  if (t->stack.high)
    end_slots(t, MSRT_FRAME(), t->stack.high, NULL);
}

bool msrt_copies_remember_slot(uintptr_t slot, uintptr_t own_fp) {
  struct msrt_thread *t = &msrt_self;
  if (!is_own(t, own_fp))
    return true;
  if (msrt_stack_slots_push(&t->slots, slot)) {
    __memscope_tls.slots = ~slot;
  } else if (!msrt_stack_slots_have(&t->slots, slot)) {
    msrt_stack_slots_add(&t->slots, slot);
    __memscope_tls.slots = msrt_stack_slots_lowest(&t->slots);
  }
  return true;
}

/* VALUE, of the arena, has been copied too often: mute its block and say so. False: there is none
 * (it has been freed), or nobody would hear of it now; then counting begins again. */
MSRT_NOINLINE static bool mute(struct msrt_thread *t, uintptr_t own_fp, uintptr_t value,
                               uint16_t *counter) {
  unsigned note;
  void *block = msrt_is_recorded(t, own_fp) ? msrt_arena_mute(value, &note) : NULL;
  if (block)
    msrt_track_hot(note);
  if (block)
    msrt_copy_event(t, own_fp, MS_EV_MUTE, NULL, MSRT_B_NONE, 0, (uintptr_t)block);
  else
    *counter &= MSRT_SPENT;
  return block != NULL;
}

/* Asking about muted blocks costs more than recording did (the branch is hard to predict). After so
 * many times all blocks that live now are given up: those born from now on lie elsewhere, and
 * the code asks for them only. Each time it takes twice as often. */
#define ASKED_FIRST (1u << 17)
__thread uint32_t msrt_copies_patience;
static __thread uint32_t patience;

MSRT_NOINLINE static void lose_patience(struct msrt_thread *t, uintptr_t own_fp) {
  if (patience) {
    uintptr_t retired = msrt_is_recorded(t, own_fp) ? msrt_arena_retire() : 0;
    if (retired) { /* recorded first: what others do meanwhile is about blocks that are given up */
      msrt_copy_event(t, own_fp, MS_EV_RETIRE, NULL, MSRT_B_NUMBER, 1ull << MS_ARENA_SHIFT, retired);
      msrt_arena_renew();
    }
  }
  patience = patience == 0 ? ASKED_FIRST : patience < 1u << 30 ? patience * 2 : patience;
  msrt_copies_patience = patience;
}

/* A muted block has been asked about. */
MSRT_INLINE void count_asking(struct msrt_thread *t, uintptr_t own_fp) {
  if (MSRT_UNLIKELY(msrt_copies_patience == 0))
    lose_patience(t, own_fp);
  else
    msrt_copies_patience--;
}

/* Whether a copy of VALUE is to be recorded, which is none if LIMIT have been; counts it. */
MSRT_INLINE bool is_followed(struct msrt_thread *t, uintptr_t own_fp, uintptr_t value,
                             unsigned limit) {
  if (!msrt_in_arena_followed(value))
    return false;
  if (!msrt_tracking.mutes)
    return true;
  uint16_t *counter = msrt_arena_counter(value), heat = *counter;
  if (MSRT_UNLIKELY(msrt_arena_copies(heat) >= limit)) { /* or MSRT_MUTED */
    if (!(heat & MSRT_SPENT)) /* from now on the entry of bind knows by itself */
      msrt_arena_spend_names(value);
    count_asking(t, own_fp);
    return false;
  }
  *counter = ++heat;
  return MSRT_LIKELY(msrt_arena_copies(heat) < MSRT_COPIES_MAX) || !mute(t, own_fp, value, counter);
}

/* Whether a slot that held VALUE is known. */
MSRT_INLINE bool was_followed(uintptr_t value) {
  return msrt_in_arena_followed(value) && msrt_tracking.mode != MSRT_TRACK_OFF &&
         (!msrt_tracking.mutes || *msrt_arena_counter(value) != MSRT_MUTED);
}

MSRT_INLINE void store(struct msrt_thread *t, uintptr_t own_fp, uintptr_t slot, uintptr_t value,
                       uintptr_t old, const struct ms_site *site) {
  if (!is_followed(t, own_fp, value, MSRT_COPIES_MAX)) {
    if (was_followed(old))
      value_event(t, own_fp, MS_EV_STORE, site, value, slot);
    return;
  }
  value_event(t, own_fp, MS_EV_STORE, site, value, slot);
  if (MSRT_UNLIKELY(slot > own_fp && slot < t->stack.high))
    msrt_copies_remember_slot(slot, own_fp);
}

#define BEGIN()                                      \
  struct msrt_thread *t = &msrt_self;                \
  if (MSRT_UNLIKELY(msrt_tracking.mode == MSRT_TRACK_OFF)) \
    return;                                          \
  if (MSRT_UNLIKELY(__memscope_tls.slots > ~own_fp)) \
    msrt_copies_frames_left(t, own_fp)

bool msrt_copies_mute, msrt_names_mute;

void msrt_store_other(uintptr_t slot, uintptr_t value, uintptr_t old, const struct ms_site *site,
                      uintptr_t own_fp) {
  BEGIN();
  if (MSRT_UNLIKELY(msrt_copies_patience >= 1u << 31)) /* the entry has gone below 0 */
    lose_patience(t, own_fp);
  store(t, own_fp, slot, value, old, site);
}

/* Whether the copy of N bytes to START is of whole objects as SITE describes them. */
MSRT_INLINE bool has_whole_objects(const struct ms_site *site, uintptr_t start, uint64_t n) {
  return site && site->words && start % 8 == 0 && n % (8u * site->words) == 0;
}

/* Whether the word at OFFSET of such objects is declared to hold no pointer. */
MSRT_INLINE bool holds_no_pointer(const struct ms_site *site, uint64_t offset) {
  uint64_t word = offset / 8 % site->words;
  return word < 32 && site->no_pointers >> word & 1;
}

/* Memory is looked through 64 bytes at a time: by bytes of 16 at once, of which those that are byte 5 of a
 * word count. */
#define PIECE 64u
typedef uint8_t bytes16 __attribute__((vector_size(16)));

MSRT_INLINE bool has_byte_5(bytes16 equal) {
#if defined(__SSE2__)
  typedef char chars16 __attribute__((vector_size(16)));
  return (__builtin_ia32_pmovmskb128((chars16)equal) & 0x2020) != 0;
#else
  typedef uint64_t pair __attribute__((vector_size(16)));
  pair any = (pair)equal;
  return ((any[0] | any[1]) & 0xff0000000000u) != 0;
#endif
}

/* Which of COUNT * 16 bytes at P equal KEY's, and SO_FAR. */
MSRT_INLINE bytes16 equal_bytes(const void *p, unsigned count, bytes16 key, bytes16 so_far) {
#pragma GCC unroll 4
  for (unsigned i = 0; i < count; i++) {
    bytes16 some;
    memcpy(&some, (const char *)p + i * sizeof some, sizeof some);
    so_far |= (bytes16)(some == key);
  }
  return so_far;
}

/* From SLOT on, the first place before END from which on a word of the slots, or of what they are to get
 * (SHIFT bytes behind them, if HAS_SRC), may point to where blocks are followed: text may look so, too.
 * Half an instruction a byte. */
MSRT_INLINE uintptr_t skip_others(uintptr_t slot, uintptr_t end, uintptr_t shift, bool has_src) {
#ifdef MSRT_ASAN
  return slot;
#endif
  const uint8_t byte = (uint8_t)msrt_arena_key;
  const bytes16 key = {byte, byte, byte, byte, byte, byte, byte, byte,
                       byte, byte, byte, byte, byte, byte, byte, byte};
  const bytes16 none = {0};
  for (; end - slot >= PIECE; slot += PIECE) {
    bytes16 equal = equal_bytes((const void *)slot, 4, key, none);
    if (has_src)
      equal = equal_bytes((const void *)(slot + shift), 4, key, equal);
    if (MSRT_UNLIKELY(has_byte_5(equal)))
      return slot;
  }
  for (; end - slot >= 16; slot += 16) {
    bytes16 equal = equal_bytes((const void *)slot, 1, key, none);
    if (has_src)
      equal = equal_bytes((const void *)(slot + shift), 1, key, equal);
    if (MSRT_UNLIKELY(has_byte_5(equal)))
      return slot;
  }
  if (end - slot >= 8) {
    uintptr_t value = 0;
    if (has_src)
      memcpy(&value, (const void *)(slot + shift), sizeof value);
    if (!msrt_in_arena_followed(*(const uintptr_t *)slot) && !msrt_in_arena_followed(value))
      return end;
  }
  return slot;
}

/* In a section of its own: fault.c knows by it that what was read here is about to be written. */
#define READS __attribute__((section("msrt_reads")))

/* Record what a copy of SRC to START does to the slots from SLOT to END. */
READS MSRT_NOINLINE static void copy_words(uintptr_t slot, uintptr_t start, uintptr_t end,
                                           const char *src, const struct ms_site *site,
                                           uintptr_t own_fp) {
  BEGIN();
  bool is_whole = has_whole_objects(site, start, end - start);
  uintptr_t shift = (uintptr_t)src - start;
  while (end - slot >= 8) {
    uintptr_t stop = end - slot < PIECE ? end : slot + PIECE;
    for (; stop - slot >= 8; slot += 8) {
      uintptr_t old = *(const uintptr_t *)slot, value = 0;
      if (src)
        memcpy(&value, (const void *)(slot + shift), sizeof value);
      if (MSRT_LIKELY(!msrt_in_arena_followed(old) && !msrt_in_arena_followed(value)))
        continue;
      if (is_whole && holds_no_pointer(site, slot - start))
        value = 0;
      msrt_hook_store(slot, value, old, site, own_fp);
    }
    slot = src ? skip_others(slot, end, shift, true) : skip_others(slot, end, 0, false);
  }
}

/* The copy itself has not happened yet: what is read here is what it will read. */
EXPORT READS void __memscope_copy(const void *dst, const void *src, uint64_t n,
                                  const struct ms_site *site) {
  const uintptr_t own_fp = MSRT_FRAME();
  uintptr_t start = (uintptr_t)dst, end = start + n;
  uintptr_t slot = (start + 7) & ~(uintptr_t)7;
  if (MSRT_UNLIKELY(msrt_tracking.mode == MSRT_TRACK_OFF) || n < 8 || end < start ||
      end - slot < 8)
    return;
  slot = src ? skip_others(slot, end, (uintptr_t)src - start, true)
             : skip_others(slot, end, 0, false);
  if (MSRT_UNLIKELY(end - slot >= 8) || MSRT_UNLIKELY(__memscope_tls.slots > ~own_fp))
    copy_words(slot, start, end, src, site, own_fp);
}

void msrt_bind_other(uintptr_t value, const struct ms_site *site, uintptr_t own_fp) {
  BEGIN();
  if (MSRT_UNLIKELY(msrt_copies_patience >= 1u << 31)) /* the entry has gone below 0 */
    lose_patience(t, own_fp);
  bool is_name = !(msrt_tracking.levels & MSRT_LEVEL_FULL); /* and nothing more */
  if (value && !is_followed(t, own_fp, value, is_name ? MSRT_NAMES_MAX : MSRT_COPIES_MAX)) {
    if (is_name)
      return;
    value = 0;
  }
  value_event(t, own_fp, MS_EV_BIND, site, value, ((const struct msrt_frame *)own_fp)->fp);
}

void msrt_hook_store(uintptr_t slot, uintptr_t value, uintptr_t old, const struct ms_site *site,
                     uintptr_t own_fp) {
  if (!msrt_quick_store(slot, value, old, site, own_fp))
    msrt_store_other(slot, value, old, site, own_fp);
}

void msrt_hook_bind(uintptr_t value, const struct ms_site *site, uintptr_t own_fp) {
  if (!msrt_quick_bind(value, site, own_fp))
    msrt_bind_other(value, site, own_fp);
}

void msrt_hook_frame(uintptr_t frame, const struct ms_site *site, uintptr_t own_fp) {
  BEGIN();
  end_slots(t, own_fp, frame, site);
}

void msrt_hook_scope(uintptr_t dst, uint64_t n, const struct ms_site *site, uintptr_t own_fp) {
  BEGIN();
  if (!msrt_stack_slots_remove(&t->slots, dst, n))
    return;
  __memscope_tls.slots = msrt_stack_slots_lowest(&t->slots);
  msrt_clear_event(t, own_fp, site, dst, n);
}

EXPORT void __memscope_enter(const void *frame, const struct ms_site *site) {
  const uintptr_t own_fp = MSRT_FRAME();
  BEGIN();
  msrt_copy_event(t, own_fp, MS_EV_ENTER, site, MSRT_B_NONE, 0, (uintptr_t)frame);
}

EXPORT void __memscope_leave(const void *frame, const void *value, const struct ms_site *site) {
  const uintptr_t own_fp = MSRT_FRAME();
  BEGIN();
  uintptr_t returned = msrt_in_arena((uintptr_t)value) ? (uintptr_t)value : 0;
  msrt_copy_event(t, own_fp, MS_EV_LEAVE, site, MSRT_B_VALUE, returned, (uintptr_t)frame);
}

void msrt_hook_count(uintptr_t field, uint64_t value, const struct ms_site *site,
                     uintptr_t own_fp) {
  BEGIN();
  msrt_copy_event(t, own_fp, MS_EV_COUNT, site, MSRT_B_NUMBER, value, field);
}

void msrt_hook_pass(uintptr_t value, const struct ms_site *site, uintptr_t own_fp) {
  BEGIN();
  if (is_followed(t, own_fp, value, MSRT_COPIES_MAX))
    msrt_copy_event(t, own_fp, MS_EV_PASS, site, MSRT_B_VALUE, value,
                    ((const struct msrt_frame *)own_fp)->fp);
}
