/* stack_slots.c - a short sorted list, the lowest address last.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Stacks grow downwards, so a new address nearly always goes to the end and those that end
 * are there, too.
 */
#include "runtime/stack_slots.h"

void msrt_stack_slots_add(struct msrt_stack_slots *slots, uintptr_t address) {
  uint32_t place = slots->count;
  while (place > 0 && slots->at[place - 1] < address)
    place--;
  if (place > 0 && slots->at[place - 1] == address)
    return;
  if (slots->count == MSRT_STACK_SLOTS) {
    /* The highest one goes: it lives longest and is asked for least. */
    uintptr_t highest = place == 0 ? address : slots->at[0];
    if (highest > slots->lost)
      slots->lost = highest;
    if (place == 0)
      return;
    for (uint32_t i = 0; i + 1 < place; i++)
      slots->at[i] = slots->at[i + 1];
    slots->at[place - 1] = address;
    return;
  }
  for (uint32_t i = slots->count; i > place; i--)
    slots->at[i] = slots->at[i - 1];
  slots->at[place] = address;
  slots->count++;
}

void msrt_stack_slots_drop(struct msrt_stack_slots *slots, uintptr_t address) {
  while (slots->count > 0 && slots->at[slots->count - 1] < address)
    slots->count--;
  if (slots->lost && slots->lost < address)
    slots->lost = 0;
  if (slots->lost && slots->count == 0) { /* somewhere from here up to the lost one */
    slots->at[0] = address;
    slots->count = 1;
  }
}

bool msrt_stack_slots_remove(struct msrt_stack_slots *slots, uintptr_t address, uint64_t n) {
  uint32_t behind = slots->count;
  while (behind > 0 && slots->at[behind - 1] < address)
    behind--;
  uint32_t first = behind;
  while (first > 0 && slots->at[first - 1] - address < n)
    first--;
  if (first == behind)
    return false;
  for (uint32_t i = behind; i < slots->count; i++)
    slots->at[first + i - behind] = slots->at[i];
  slots->count -= behind - first;
  return true;
}

uintptr_t msrt_stack_slots_lowest(const struct msrt_stack_slots *slots) {
  return slots->count ? ~slots->at[slots->count - 1] : 0;
}
