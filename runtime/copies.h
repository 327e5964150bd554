/* copies.h - write events of pointer copies.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_COPIES_H
#define MEMSCOPE_RUNTIME_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "memscope/trace_format.h"
#include "runtime/record.h"

/* As addresses are written: rotated right by three. */
MSRT_INLINE uint64_t msrt_rotate(uintptr_t address) { return address >> 3 | address << 61; }

/* VALUE, a pointer, as field B of an event at ADDRESS. */
MSRT_INLINE uint64_t msrt_encode_value(uintptr_t value, uintptr_t address) {
  if (!value)
    return 0;
  uint64_t d = msrt_rotate(value) - msrt_rotate(address);
  return (d << 1 ^ (uint64_t)((int64_t)d >> 63)) + 1;
}

/* Where in LANE the context of copies at SITE by the code that RA is in would be. */
MSRT_INLINE struct msrt_copy_context *msrt_copy_context_of(struct msrt_lane *lane, const void *site,
                                                           uintptr_t ra) {
  /* site / sizeof *site + ra / 16, as an offset: an entry has 32 bytes, a site 64 */
  uintptr_t h = ((uintptr_t)site >> 1) + (ra << 1);
  const uintptr_t mask = (MSRT_COPY_CONTEXTS - 1) * sizeof(struct msrt_copy_context);
  return (struct msrt_copy_context *)((uintptr_t)lane->copies + (h & mask));
}

/* What field B of an event is. */
enum msrt_b { MSRT_B_NONE, MSRT_B_NUMBER, MSRT_B_VALUE };

/* Append an event to LANE, which has room: its kind, field A as in records.def, B and, if
 * HAS_ADDRESS, ADDRESS, DELTA ticks after the lane's last event. */
void msrt_lane_put(struct msrt_lane *lane, enum ms_event_kind kind, uint64_t a, enum msrt_b form,
                   uint64_t b, uintptr_t address, bool has_address, uint64_t delta);

/* An event of KIND at ADDRESS with B, at SITE. */
void msrt_copy_event(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                     const struct ms_site *site, enum msrt_b form, uint64_t b, uintptr_t address);

/* The slots in BYTES from START hold nothing any more. SITE: NULL if unknown. */
void msrt_clear_event(struct msrt_thread *t, uintptr_t own_fp, const struct ms_site *site,
                      uintptr_t start, uint64_t bytes) __attribute__((visibility("hidden")));

/* An event of KIND with the string TEXT, and with ADDRESS if HAS_ADDRESS. */
void msrt_string_event(struct msrt_thread *t, uintptr_t own_fp, enum ms_event_kind kind,
                       const char *text, uintptr_t address, bool has_address);

/* End the slots in frames that were left without saying so (longjmp): those below OWN_FP. */
void msrt_copies_frames_left(struct msrt_thread *t, uintptr_t own_fp);

/* T ends: so do all slots on its stack, left by pthread_exit or not, and in its static TLS,
 * which lies between the stack and stack.high. */
void msrt_copies_thread_ends(struct msrt_thread *t);

/* SLOT, on this thread's stack above OWN_FP, has been recorded to hold a pointer. True. */
bool msrt_copies_remember_slot(uintptr_t slot, uintptr_t own_fp) __attribute__((visibility("hidden")));

/* Whether every block is followed: quick_copies.c can do what is to be done. */
extern bool msrt_copies_exact __attribute__((visibility("hidden")));

/* Whether blocks are muted: __memscope_store may drop what concerns no others by itself, as
 * often as patience says. */
extern bool msrt_copies_mute __attribute__((visibility("hidden")));
extern bool msrt_names_mute __attribute__((visibility("hidden"))); /* the same for __memscope_bind */
extern __thread uint32_t msrt_copies_patience __attribute__((visibility("hidden")));

/* What the entries in cold_hooks.c call; hooks.def says what they do. OWN_FP: the entry's frame. */
#define MSRT_COLD(name, ...) \
  void msrt_hook_##name(__VA_ARGS__, uintptr_t own_fp) __attribute__((visibility("hidden")))
MSRT_COLD(store, uintptr_t slot, uintptr_t value, uintptr_t old, const struct ms_site *site);
MSRT_COLD(bind, uintptr_t value, const struct ms_site *site);
MSRT_COLD(frame, uintptr_t frame, const struct ms_site *site);
MSRT_COLD(scope, uintptr_t dst, uint64_t n, const struct ms_site *site);
MSRT_COLD(count, uintptr_t field, uint64_t value, const struct ms_site *site);
MSRT_COLD(pass, uintptr_t value, const struct ms_site *site);
#undef MSRT_COLD

/* The usual cases of store and bind. False: nothing has been done, msrt_store_other will do it. */
bool msrt_quick_store(uintptr_t slot, uintptr_t value, uintptr_t old, const struct ms_site *site,
                      uintptr_t own_fp) __attribute__((visibility("hidden")));
bool msrt_quick_bind(uintptr_t value, const struct ms_site *site, uintptr_t own_fp)
    __attribute__((visibility("hidden")));
void msrt_store_other(uintptr_t slot, uintptr_t value, uintptr_t old, const struct ms_site *site,
                      uintptr_t own_fp) __attribute__((visibility("hidden")));
void msrt_bind_other(uintptr_t value, const struct ms_site *site, uintptr_t own_fp)
    __attribute__((visibility("hidden")));

#endif
