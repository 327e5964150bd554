/* canary.c - what was written behind a block, as an event.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The event has no stack of its own. That of the free or realloc in which it was noticed is in
 * the same thread's event just before, and nobody knows where the bytes were written.
 */
#include "runtime/canary.h"

#include <errno.h>

#include "runtime/copies.h"
#include "runtime/record.h"

struct msrt_damage msrt_canary_damage(uintptr_t block, size_t size, uint64_t slot_bytes) {
  uintptr_t end = block + size, slot_end = block + slot_bytes, first = 0, last = 0;
  uintptr_t stop = msrt_canary_stop(end & ~(uintptr_t)7, slot_end);
  for (uintptr_t at = end; at < slot_end; at++) {
    if (at == stop && slot_end - 8 > stop)
      at = slot_end - 8; /* what is between was never laid */
    uint8_t laid = (uint8_t)(msrt_canary_at(at & ~(uintptr_t)7) >> (at & 7) * 8);
    if (*(const volatile uint8_t *)at == laid)
      continue;
    last = at;
    if (!first)
      first = at;
  }
  uint64_t extent = last - first + 1, found = extent < MS_CANARY_EXTENT ? extent : MS_CANARY_EXTENT;
  for (unsigned i = 0; i < MS_CANARY_SHOWN && first + i <= last; i++)
    found |= (uint64_t)*(const volatile uint8_t *)(first + i) << (8 + 8 * i);
  return (struct msrt_damage){.offset = first - end, .found = found};
}

MSRT_NOINLINE void msrt_canary_report(uintptr_t block, size_t size, uint64_t slot_bytes) {
  struct msrt_thread *t = &msrt_self;
  const uintptr_t own_fp = MSRT_FRAME();
  int saved_errno = errno;
  struct msrt_claim claim;
  if (msrt_is_recorded(t, own_fp) && msrt_claim_lane(t, own_fp, &claim)) {
    struct msrt_damage damage = msrt_canary_damage(block, size, slot_bytes);
    if (claim.gate > MSRT_GATE_MAX)
      claim.lane->countdown = 0; /* inside a realloc: after its begin, which is in another lane */
    msrt_lane_put(claim.lane, MS_EV_CANARY, damage.offset, MSRT_B_NUMBER, damage.found, block,
                  true, msrt_lane_delta(claim.lane, true));
    msrt_release_lane(t, &claim);
  }
  errno = saved_errno;
}
