/* stack_slots.h - which places of a thread's stack have been recorded to hold a pointer.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * When a function returns, the slots in its frame end. Instrumented code asks with one
 * comparison (ms_tls.slots) whether there are any; here are the addresses, so that the
 * answer stays no once they have ended. Of more than MSRT_STACK_SLOTS only the highest
 * address is kept of those that did not fit: the question is then answered yes too often.
 */
#ifndef MEMSCOPE_RUNTIME_STACK_SLOTS_H
#define MEMSCOPE_RUNTIME_STACK_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#define MSRT_STACK_SLOTS 32u

struct msrt_stack_slots {
  uint32_t count;
  uintptr_t lost; /* highest address that did not fit; 0 none */
  uintptr_t at[MSRT_STACK_SLOTS]; /* falling */
};

/* Whether ADDRESS is known to hold a pointer. */
static inline bool msrt_stack_slots_have(const struct msrt_stack_slots *slots, uintptr_t address) {
  uint32_t place = slots->count;
  while (place > 0 && slots->at[place - 1] < address)
    place--;
  return place > 0 && slots->at[place - 1] == address;
}

/* The same as msrt_stack_slots_add if ADDRESS is below all that are known, as it is in a function
 * that was just called. False: it is not, or there is no room. */
static inline bool msrt_stack_slots_push(struct msrt_stack_slots *slots, uintptr_t address) {
  uint32_t count = slots->count;
  if (count >= MSRT_STACK_SLOTS || (count > 0 && slots->at[count - 1] <= address))
    return false;
  slots->at[count] = address;
  slots->count = count + 1;
  return true;
}

/* There is a pointer at ADDRESS, on the stack of this thread. */
void msrt_stack_slots_add(struct msrt_stack_slots *slots, uintptr_t address);

/* All below ADDRESS end. */
void msrt_stack_slots_drop(struct msrt_stack_slots *slots, uintptr_t address);

/* Those in N bytes at ADDRESS end. False: there were none. */
bool msrt_stack_slots_remove(struct msrt_stack_slots *slots, uintptr_t address, uint64_t n);

/* The complement of the lowest one, 0 if there is none: ms_tls.slots. */
uintptr_t msrt_stack_slots_lowest(const struct msrt_stack_slots *slots);

#endif
