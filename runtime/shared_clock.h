/* shared_clock.h - which lane may do without reading the clock.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The events of all lanes are put in order by their times, and that order has to be the one in which
 * things happened: the free of a block before the malloc that hands it out again. Reading the clock
 * can cost more than all the rest of an event, and it is not needed while nobody else records
 * anything. So one lane at a time owns the clock. Its events all have the time of its last reading;
 * whoever else has something to record takes the clock away first and reads it then, later than
 * all that the owner has recorded.
 *
 * Why the order is right. Say that event A of lane a causes event B of lane b. A is followed by
 * something that B's thread sees (a block is freed, a lock released), and a lane looks at the owner
 * before A and after what B has seen. If b still owns the clock at B, then either it took it after
 * a had looked, or nobody has taken it since b's own reading; and a reading counts only if the
 * owner is still the same after it. So B's reading is the later one in both cases.
 *
 * Lanes that take the clock from each other all the time agree that it is free: then everybody
 * reads it for each event, and looks afterwards whether it is still free.
 */
#ifndef MEMSCOPE_RUNTIME_SHARED_CLOCK_H
#define MEMSCOPE_RUNTIME_SHARED_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/rt_arch.h"
#include "runtime/thread.h"

/* Events per clock reading of the lane that owns it: fewer where they are far apart. */
#define MSRT_COARSE_MIN 8u
#define MSRT_COARSE_MAX 128u

enum { MSRT_CLOCK_FREE = 0 }; /* else the token of a lane */

/* On a line of its own: all threads read it all the time. */
struct msrt_shared_clock {
  _Alignas(64) uint32_t owner;
  char pad[60];
};
extern struct msrt_shared_clock msrt_clock __attribute__((visibility("hidden")));

/* Who owns the clock after NOW has been read from it: the load waits for it. */
MSRT_INLINE uint32_t msrt_clock_owner_after(uint64_t now) {
#if defined(__x86_64__)
  __asm__ volatile("and $0, %0" : "+r"(now) : : "cc");
  return __atomic_load_n((uint32_t *)((uintptr_t)&msrt_clock.owner + now), __ATOMIC_RELAXED);
#else
  (void)now;
  return __atomic_load_n(&msrt_clock.owner, __ATOMIC_ACQUIRE);
#endif
}

/* Read the clock for an event of LANE that cannot do without: it does not own it, or it is time.
 * Takes it if need be. Ticks; never goes through a lock. */
uint64_t msrt_clock_read(struct msrt_lane *lane);

/* A time that is later than those of all events so far and no later than those of all others. The clock
 * is free then. */
uint64_t msrt_clock_divide(void);

/* Ticks since LANE's last event. AFTER: the real call has been made. */
MSRT_INLINE uint64_t msrt_lane_delta(struct msrt_lane *lane, bool after) {
  uint32_t owner = __atomic_load_n(&msrt_clock.owner, __ATOMIC_RELAXED);
  if (MSRT_LIKELY(owner == lane->token) && MSRT_LIKELY(--lane->countdown >= 0))
    return 0;
  uint64_t now = 0;
  if (owner == MSRT_CLOCK_FREE && lane->patience > 0) {
    lane->patience--;
    now = after ? msrt_ticks_after() : msrt_ticks_before();
    owner = msrt_clock_owner_after(now);
  }
  if (MSRT_UNLIKELY(owner != MSRT_CLOCK_FREE || !now))
    now = msrt_clock_read(lane);
  uint64_t delta = now - lane->last_time;
  if (MSRT_UNLIKELY((int64_t)delta < 0)) /* clocks of two processors disagree */
    return 0;
  lane->last_time = now;
  return delta;
}

#endif
