/* slot_places.c - where a slot lies: in which block, stack or module; which variable it is.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A trace does not say where stacks are. What is known of a thread's stack is where its frames
 * and its address-taken locals were seen; a locals' area below the lowest frame is assumed
 * (STACK_SLACK). So MS_IN_STACK is a good guess, not a fact; only the end of a thread
 * depends on it.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/model/slots_parts.h"
#include "support/grow.h"

#define STACK_SLACK 0x40000u

void ms_slots_places_init(struct ms_slots *s) {
  for (uint32_t i = 1; i <= ms_trace_module_count(s->trace); i++)
    ms_address_map_put(&s->modules, ms_trace_module(s->trace, i)->start, i);
  s->variable_of_site = ms_xcalloc((size_t)ms_trace_site_count(s->trace) + 1, sizeof *s->variable_of_site);
}

void ms_slots_saw_stack(struct ms_slots *s, uint32_t thread, uint64_t first, uint64_t last) {
  struct ms_slot_thread *t = &s->threads[thread];
  if (t->stack_low <= first && last <= t->stack_high)
    return;
  if (t->stack_low <= t->stack_high) {
    uint32_t owner;
    if (ms_address_map_find(&s->stacks, t->stack_low, &owner) && owner == thread)
      ms_address_map_remove(&s->stacks, t->stack_low);
    first = first < t->stack_low ? first : t->stack_low;
    last = last > t->stack_high ? last : t->stack_high;
  }
  t->stack_low = first;
  t->stack_high = last;
  ms_address_map_put(&s->stacks, first, thread);
}

/* The thread in whose stack ADDR lies, or MS_NONE. */
static uint32_t stack_of(const struct ms_slots *s, uint64_t addr) {
  uint64_t key = addr;
  uint32_t thread;
  if (ms_address_map_floor(&s->stacks, &key, &thread) && addr <= s->threads[thread].stack_high)
    return thread;
  key = addr;
  if (ms_address_map_ceil(&s->stacks, &key, &thread) && key - addr <= STACK_SLACK)
    return thread;
  return MS_NONE;
}

void ms_slots_place(struct ms_slots *s, struct ms_slot *slot) {
  slot->container = ms_slots_container(s, slot->address);
  slot->owner = 0;
  if (slot->container != MS_NONE) {
    slot->where = MS_IN_HEAP;
    return;
  }
  uint64_t key = slot->address;
  uint32_t module, thread;
  if (ms_address_map_floor(&s->modules, &key, &module) && slot->address < ms_trace_module(s->trace, module)->end) {
    slot->where = MS_IN_MODULE;
    slot->owner = module;
    return;
  }
  unsigned kind = ms_trace_site(s->trace, slot->site)->slot;
  if (kind == MS_SLOT_LOCAL || kind == MS_SLOT_PARAM)
    ms_slots_saw_stack(s, s->now.thread, slot->address, ms_slots_end_of(slot->address, MS_POINTER_BYTES - 1));
  thread = kind == MS_SLOT_GLOBAL ? MS_NONE : stack_of(s, slot->address);
  slot->where = thread == MS_NONE ? MS_IN_OTHER : MS_IN_STACK;
  slot->owner = thread == MS_NONE ? 0 : s->threads[thread].number;
}

uint32_t ms_slots_variable(struct ms_slots *s, ms_site_id id) {
  if (s->variable_of_site[id])
    return s->variable_of_site[id] - 1;
  const struct ms_trace_site *site = ms_trace_site(s->trace, id);
  uint64_t parts[4] = {(uintptr_t)site->func, (uintptr_t)site->file, (uintptr_t)site->path, site->decl_line};
  uint64_t hash = ms_hash_bytes(parts, sizeof parts);
  struct ms_index_cursor c = ms_index_start(&s->variable_index, hash);
  for (uint32_t i; ms_index_next(&s->variable_index, &c, &i);) {
    const struct ms_trace_site *other = ms_trace_site(s->trace, s->variable_sites[i]);
    if (other->func == site->func && other->file == site->file && other->path == site->path &&
        other->decl_line == site->decl_line)
      return s->variable_of_site[id] = i + 1, i;
  }
  ms_index_add(&s->variable_index, hash, s->variable_count);
  MS_GROW(s->variable_sites, s->variable_count, s->variable_capacity);
  s->variable_sites[s->variable_count++] = id;
  s->variable_of_site[id] = s->variable_count;
  return s->variable_count - 1;
}
