/* fuzz_slots.c - whatever a trace says, the slots stay consistent.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Checked after every notice: what it refers to is there. At the end: each slot is in the
 * list of the block that it names, the counts agree with the lists, and every copy that was told of
 * was decided once.
 */
#include <string.h>

#include "analysis/model/slots.h"
#include "fuzz.h"

const char *const fuzz_words[] = {NULL};

void fuzz_repair(unsigned char *data, size_t len, uint64_t choice) { fuzz_repair_trace(data, len, choice); }

struct watch {
  struct ms_slots *slots;
  uint64_t holds, copies, releases;
};

static void on_notice(void *user, const struct ms_notice *n) {
  struct watch *w = user;
  switch (n->kind) {
  case MS_NOTICE_HOLD:
    w->holds++;
    FUZZ_CHECK(n->block && n->slot && n->block->id && n->slot->offset <= n->block->size && n->block->was_held);
    break;
  case MS_NOTICE_RELEASE:
    w->releases++;
    FUZZ_CHECK(n->block && n->slot && n->why != MS_END_NONE);
    break;
  case MS_NOTICE_COPY:
    w->copies++;
    FUZZ_CHECK(n->copy->label != MS_LABEL_NONE && n->copy->source != MS_SOURCE_NONE && n->copy->rule);
    FUZZ_CHECK(n->copy->block == n->block->id);
    break;
  case MS_NOTICE_LOST: FUZZ_CHECK(n->block->lost && n->block->slot_count == n->block->inside_count); break;
  case MS_NOTICE_ENTER: FUZZ_CHECK(n->activation != NULL); break;
  default: break;
  }
}

static void check_block(const struct ms_slots *slots, uint32_t index) {
  const struct ms_held_block *b = ms_slots_block(slots, index);
  uint32_t count = 0, inside = 0, previous = MS_SLOT_NONE_INDEX;
  for (uint32_t i = b->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(slots, i)->next) {
    const struct ms_slot *slot = ms_slots_slot(slots, i);
    FUZZ_CHECK(slot->block == index && slot->previous == previous && slot->offset <= b->size);
    FUZZ_CHECK(slot->container == MS_SLOT_NONE_INDEX || ms_slots_block(slots, slot->container)->id);
    inside += slot->container == index;
    previous = i;
    count++;
  }
  FUZZ_CHECK(count == b->slot_count && inside == b->inside_count);
  FUZZ_CHECK(!b->end_event || count); /* a dead block without slots is dropped */
  FUZZ_CHECK(!b->open_copy);
}

bool fuzz_one(const unsigned char *data, size_t len) {
  struct ms_trace *trace;
  struct ms_error err = {0};
  if (ms_trace_open(fuzz_file(data, len), &trace, &err) != MS_OK)
    return false;
  struct ms_model *model = ms_model_new(trace);
  struct watch w = {NULL, 0, 0, 0};
  w.slots = ms_slots_new(model, trace, on_notice, &w);
  ms_model_replay(model, UINT64_MAX, 0);
  ms_slots_finish(w.slots);
  FUZZ_CHECK(w.copies == w.holds && w.releases <= w.holds);
  for (uint32_t i = 0; i < ms_slots_block_count(w.slots); i++)
    if (ms_slots_block(w.slots, i)->id)
      check_block(w.slots, i);
  uint64_t cursor = 0, last = 0;
  for (const struct ms_slot *slot; (slot = ms_slots_next_in(w.slots, &cursor, UINT64_MAX)); last = slot->address)
    FUZZ_CHECK(slot->address >= last && slot->where != MS_IN_VARIABLE);
  ms_slots_free(w.slots);
  ms_model_free(model);
  ms_trace_close(trace);
  return true;
}
