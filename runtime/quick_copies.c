/* quick_copies.c - the hooks of copies where nothing stands in the way of an event.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Under track=all nearly every pointer that moves comes here, and these hooks are most of what that
 * costs: about 95 instructions a store, and 28 for the entry (cold_hooks.c). They call nothing, so
 * that they have registers enough; what they do not do is done by copies.c.
 *
 * Stores again. A loop that moves a pointer along a block (p = p + 1), or writes the same one time
 * after time, stores pointers to one block to one slot at one site, and nothing else happens in
 * between. Then who holds what does not change, and of such a run only the last value can be seen
 * by anybody: it takes the place of the one before, in the event that is there. Whatever another
 * thread records comes later than all of it, for then the clock would not be ours any more
 * (shared_clock.h). At least once in MSRT_COARSE_MAX stores there is a new event, with a new time.
 */
#include "runtime/copies.h"

#include "runtime/hooks.h"
#include "runtime/track.h"

bool msrt_copies_exact;

/* Whether an event of T's hook at SITE can be written here and now: the gate is closed then, and the
 * event has the context *RET and no time of its own. */
MSRT_INLINE bool begin(struct msrt_thread *t, uintptr_t own_fp, const struct ms_site *site,
                       const struct msrt_copy_context **ret) {
  if (MSRT_UNLIKELY(!msrt_ready(t)))
    return false;
  t->gate = own_fp;
  MSRT_BARRIER();
  struct msrt_lane *lane = t->lane;
  uintptr_t ra = ((const struct msrt_frame *)own_fp)->ra;
  const struct msrt_copy_context *context = msrt_copy_context_of(lane, site, ra);
  if (MSRT_LIKELY(!msrt_lane_full(lane)) && MSRT_LIKELY(context->site == site) &&
      MSRT_LIKELY(context->ra == ra) &&
      MSRT_LIKELY(__atomic_load_n(&msrt_clock.owner, __ATOMIC_RELAXED) == lane->token) &&
      MSRT_LIKELY(--lane->countdown >= 0)) {
    *ret = context;
    return true;
  }
  t->gate = MSRT_GATE_READY;
  return false;
}

MSRT_INLINE bool end(struct msrt_thread *t) {
  MSRT_BARRIER();
  t->gate = MSRT_GATE_READY;
  return true;
}

MSRT_INLINE void put(struct msrt_lane *lane, const struct msrt_copy_context *context,
                     enum ms_event_kind kind, bool has_b, uint64_t b, uintptr_t address) {
  msrt_put_event(lane, kind | context->head, context->id, context->length,
                 (has_b ? MSRT_HAS_SIZE : 0) | MSRT_HAS_BLOCK, b, address, 0);
}

/* Whether who reads along now sees eight bytes at FIELD change at once. */
MSRT_INLINE bool is_in_one_line(const uint8_t *field) { return ((uintptr_t)field & 63) <= 56; }

/* Have the store of VALUE to SLOT take the place of LANE's last event, which is about SLOT. False: it is
 * another kind of event, or who holds what changes. */
MSRT_INLINE bool take_place(struct msrt_lane *lane, const struct msrt_copy_context *context,
                            uintptr_t slot, uintptr_t value) {
  struct msrt_last_store *last = &lane->last_store;
  if (last->end != lane->cur || last->context != context->id)
    return false;
  if (last->value == value)
    return true;
  uint16_t head;
  memcpy(&head, last->field - context->length - sizeof head, sizeof head);
  uint64_t b = msrt_encode_value(value, slot);
  if (MS_EVENT_LEN(MS_EVENT_LEN_CODE(head, 1)) != sizeof b || !is_in_one_line(last->field) ||
      !msrt_arena_same_block(last->value, value))
    return false;
  memcpy(last->field, &b, sizeof b);
  last->value = value;
  return true;
}

/* Write a store's event, after begin, and what follows from it. */
MSRT_INLINE bool put_store(struct msrt_thread *t, struct msrt_lane *lane,
                           const struct msrt_copy_context *context, uintptr_t slot, uintptr_t value,
                           uintptr_t own_fp) {
  uint8_t *field = lane->cur + sizeof(uint16_t) + context->length;
  uint64_t id = context->id;
  put(lane, context, MS_EV_STORE, value != 0, msrt_encode_value(value, slot), slot);
  lane->last_store = (struct msrt_last_store){lane->cur, field, value, id};
  end(t);
  if (MSRT_UNLIKELY(slot > own_fp) && slot < t->stack.high && value)
    return msrt_copies_remember_slot(slot, own_fp);
  return true;
}

/* The same for a store to what the lane's last event is about. */
__attribute__((noinline)) static bool store_again(struct msrt_lane *lane,
                                                  const struct msrt_copy_context *context,
                                                  uintptr_t slot, uintptr_t value,
                                                  uintptr_t own_fp) {
  struct msrt_thread *t = &msrt_self;
  return take_place(lane, context, slot, value) ? end(t)
                                                : put_store(t, lane, context, slot, value, own_fp);
}

bool msrt_quick_store(uintptr_t slot, uintptr_t value, uintptr_t old, const struct ms_site *site,
                      uintptr_t own_fp) {
  struct msrt_thread *t = &msrt_self;
  const struct msrt_copy_context *context;
  if (MSRT_UNLIKELY(!msrt_copies_exact) || MSRT_UNLIKELY(__memscope_tls.slots > ~own_fp))
    return false;
  if (MSRT_UNLIKELY(!msrt_in_arena_followed(value)) && !msrt_in_arena_followed(old))
    return true;
  if (!begin(t, own_fp, site, &context))
    return false;
  struct msrt_lane *lane = t->lane;
  if (MSRT_UNLIKELY(lane->last_addr == msrt_rotate(slot)))
    return store_again(lane, context, slot, value, own_fp);
  return put_store(t, lane, context, slot, value, own_fp);
}

bool msrt_quick_bind(uintptr_t value, const struct ms_site *site, uintptr_t own_fp) {
  struct msrt_thread *t = &msrt_self;
  const struct msrt_copy_context *context;
  if (MSRT_UNLIKELY(!msrt_copies_exact) || MSRT_UNLIKELY(__memscope_tls.slots > ~own_fp) ||
      MSRT_UNLIKELY(!msrt_in_arena_followed(value)) || !begin(t, own_fp, site, &context))
    return false;
  uintptr_t frame = ((const struct msrt_frame *)own_fp)->fp;
  put(t->lane, context, MS_EV_BIND, true, msrt_encode_value(value, frame), frame);
  return end(t);
}

void msrt_clear_event(struct msrt_thread *t, uintptr_t own_fp, const struct ms_site *site,
                      uintptr_t start, uint64_t bytes) {
  const struct msrt_copy_context *context;
  if (MSRT_LIKELY(site != NULL) && begin(t, own_fp, site, &context)) {
    put(t->lane, context, MS_EV_CLEAR, true, bytes, start);
    end(t);
    return;
  }
  msrt_copy_event(t, own_fp, MS_EV_CLEAR, site, MSRT_B_NUMBER, bytes, start);
}
