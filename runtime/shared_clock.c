/* shared_clock.c - take the clock, or agree that it is free.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Taking it costs a locked instruction and a cache line that travels. A lane that loses it again
 * after a few events several times in a row lets it be free, for some hundred events of its
 * own at first and for twice as many each time.
 *
 * A reading does not count if somebody else has taken the clock meanwhile, so the loops below have no limit.
 * They end, for whoever has failed a few times puts in that it is free, and who finds it so puts in
 * nothing for some hundred events.
 */
#include "runtime/shared_clock.h"

#define SOON (1u << 18) /* ticks between two readings, about 100 us of a TSC: they may be rarer */
#define LATE (1u << 21) /* about 1 ms: a time should be no older than that */
#define FEW_EVENTS 8u    /* recorded between two takings: not worth it */
#define LOSSES_MAX 4u    /* in a row */
#define PATIENCE_FIRST 256
#define PATIENCE_MAX 65536
#define OWN_TRIES 4u     /* in a row at taking it; then it is to be free */

struct msrt_shared_clock msrt_clock = {.owner = 1}; /* the first lane's, which may stay alone */

/* Put OWNER in, and read the clock after that. */
static uint64_t put_owner(uint32_t owner) {
  __atomic_exchange_n(&msrt_clock.owner, owner, __ATOMIC_SEQ_CST);
#if defined(__aarch64__)
  __asm__ volatile("dsb ish" ::: "memory"); /* seen by all before the clock is read */
#endif
  return msrt_ticks_after();
}

/* Whether LANE had better leave the clock free than take it. */
static bool gives_up(struct msrt_lane *lane) {
  uint32_t recorded = lane->clock_events;
  lane->clock_events = 0;
  lane->clock_losses = recorded < FEW_EVENTS ? lane->clock_losses + 1 : 0;
  if (lane->clock_losses <= LOSSES_MAX)
    return false;
  lane->clock_losses = 0;
  if (lane->patience_next < PATIENCE_MAX)
    lane->patience_next *= 2;
  return true;
}

/* A reading while the clock is OWNER's, or 0: it is not any more. */
static uint64_t read_again(uint32_t owner) {
  uint64_t now = msrt_ticks_after();
  return msrt_clock_owner_after(now) == owner ? now : 0;
}

/* How many events of LANE, which read the clock ELAPSED ticks after the last time, are to have its
 * new time. A burst of events after a pause is as good as one; a program that records now and then has
 * times that are a few events old. */
static void count_down(struct msrt_lane *lane, uint64_t elapsed) {
  uint32_t events = lane->coarse;
  if (elapsed > LATE || events == 0)
    events = MSRT_COARSE_MIN;
  else if (elapsed < SOON && events < MSRT_COARSE_MAX)
    events *= 2;
  lane->coarse = events;
  lane->countdown = (int32_t)events - 1;
}

uint64_t msrt_clock_read(struct msrt_lane *lane) {
  uint32_t owner = __atomic_load_n(&msrt_clock.owner, __ATOMIC_RELAXED);
  uint64_t now = 0;
  if (owner == lane->token) {
    lane->clock_events += lane->coarse;
    now = read_again(owner);
    count_down(lane, now - lane->last_time);
  } else if (owner == MSRT_CLOCK_FREE && !lane->was_patient) { /* others have agreed on it */
    if (lane->patience_next == 0)
      lane->patience_next = PATIENCE_FIRST;
    lane->patience = lane->patience_next;
    lane->was_patient = true;
    now = read_again(owner);
  }
  if (now)
    return now;
  if (lane->coarse)
    lane->clock_events += lane->coarse - 1 - (uint32_t)lane->countdown;
  uint32_t wanted = gives_up(lane) ? MSRT_CLOCK_FREE : lane->token;
  for (unsigned tries = 1;; tries++) {
    now = put_owner(wanted);
    if (msrt_clock_owner_after(now) == wanted)
      break;
    if (tries == OWN_TRIES)
      wanted = MSRT_CLOCK_FREE;
  }
  lane->was_patient = wanted == MSRT_CLOCK_FREE;
  lane->patience = wanted == MSRT_CLOCK_FREE ? lane->patience_next : 0;
  count_down(lane, now - lane->last_time);
  return now;
}

uint64_t msrt_clock_divide(void) {
  uint64_t now;
  do {
    now = put_owner(MSRT_CLOCK_FREE);
  } while (msrt_clock_owner_after(now) != MSRT_CLOCK_FREE);
  return now;
}
