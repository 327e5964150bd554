/* slots.h - who holds which block: every recorded pointer, at every moment.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Fed by a model (ms_model_observe), it keeps every slot that holds a pointer into a tracked
 * block, and tells an observer, in order, what happens: slots that begin and end to hold,
 * copies and what they are (move, borrow, clone), blocks that nobody holds any more,
 * activations, counts, frees. Which block a pointer means is decided when it is stored, so a
 * slot keeps its generation though the address is used again.
 *
 * Memory grows with live blocks, live slots and slots that dangle, not with events. A
 * history is what an observer makes of a second replay. A trace without `info arena` has no
 * slots. Nothing in a trace can make it fail.
 */
#ifndef MEMSCOPE_ANALYSIS_MODEL_SLOTS_H
#define MEMSCOPE_ANALYSIS_MODEL_SLOTS_H

#include "analysis/model/copy_labels.h"
#include "analysis/model/model.h"

#define MS_SLOT_NONE_INDEX UINT32_MAX

/* Where a slot is. */
enum ms_slot_where {
  MS_IN_VARIABLE, /* of a function's activation; it has no address */
  MS_IN_HEAP,     /* in a block: container says which */
  MS_IN_STACK,    /* of the thread `owner` */
  MS_IN_MODULE,   /* in the data of an executable or shared object: owner is its ms_module_id */
  MS_IN_OTHER
};

/* Why a slot holds its pointer no longer. */
enum ms_slot_end {
  MS_END_NONE,
  MS_END_OVERWRITTEN,
  MS_END_CLEARED,   /* memset and the like */
  MS_END_CONTAINER, /* the block it lay in was freed, or became smaller */
  MS_END_SCOPE,     /* the scope or the function ended */
  MS_END_RETURNED,  /* the same, and the function returned the pointer */
  MS_END_THREAD,
  MS_END_UNFOLLOWED /* the block is followed no more; the slot may well hold it */
};

/* A slot that holds a pointer into a tracked block. */
struct ms_slot {
  uint64_t address;    /* in memory; of a variable: the frame */
  uint64_t value;      /* the pointer */
  uint64_t offset;     /* of the value in its block; the block's size: one past the end */
  uint64_t event, time; /* of the store; the event tells slots of one place apart */
  uint64_t activation; /* number of the activation whose variable it is; 0: memory */
  ms_context_id context;
  ms_site_id site;     /* of the store: path, type, field, function; 0 none */
  uint32_t block;      /* index for ms_slots_block */
  uint32_t container;  /* MS_IN_HEAP: index of the block that it lies in, else MS_SLOT_NONE_INDEX */
  uint32_t owner;      /* thread number or module */
  uint32_t variable;   /* number of the variable, the same for all its activations */
  uint32_t thread;     /* that stored */
  uint8_t where;       /* enum ms_slot_where */
  uint8_t label;       /* enum ms_copy_label, as far as it is decided */
  uint8_t rule;        /* enum ms_copy_rule_id that decided it */
  uint32_t next, previous; /* slots of the same block, the latest first; MS_SLOT_NONE_INDEX ends */
};

/* Where the last pointer to a block vanished. */
struct ms_lost {
  uint64_t event, time; /* event 0: it is held, or never was */
  ms_context_id context;
  ms_site_id site;      /* of what made it vanish; 0 unknown */
  struct ms_slot slot;  /* as it was; its indexes mean nothing any more */
  uint64_t container, container_offset; /* MS_IN_HEAP: id of the block that it lay in, and where */
  enum ms_slot_end why;
};

/* A block as far as slots are concerned. Blocks that have ended stay while slots dangle. */
struct ms_held_block {
  uint64_t id;         /* of the model's block; 0: unused entry */
  uint64_t addr, size;
  uint64_t event, time; /* birth */
  uint64_t end_event, end_time; /* 0: it lives */
  uint64_t predecessor, successor; /* ids of blocks before and after a realloc */
  uint64_t clone_of;   /* id of the block whose contents it got; 0 none */
  ms_context_id context, end_context;
  ms_string_id name;   /* memscope_name */
  uint32_t thread, end_thread; /* numbers */
  uint32_t first;      /* its slots, the latest first */
  uint32_t slot_count;
  uint32_t inside_count; /* of these, slots that lie in the block itself */
  uint32_t pointers_in; /* slots that lie in it, whatever block they point at */
  uint32_t open_copy;  /* that is not decided yet; + 1, 0 none */
  uint32_t counted_by; /* thread + 1: a counter in it went up, and nothing happened since; 0 */
  uint8_t clone_rule;
  bool is_tracked;
  bool is_muted;        /* it was tracked, but copied too often for track=auto */
  bool was_held;
  bool was_copied_into; /* a store into it has been seen */
  bool is_ignored;      /* memscope_ignore */
  bool is_inherited;    /* of the process that forked this one: what held it then is not known */
  struct ms_lost *lost; /* NULL: nothing to say */
};

/* A function that runs, at level full. */
struct ms_activation {
  uint64_t number; /* 1, 2 ... in the order of entries */
  uint64_t frame, event, time;
  ms_site_id site; /* FUNC */
  uint32_t thread;
};

enum ms_notice_kind {
  MS_NOTICE_BEGIN,   /* block began (by realloc: predecessor) */
  MS_NOTICE_END,     /* block ended; slot: the one that the pointer was read from, or NULL */
  MS_NOTICE_HOLD,    /* slot began to hold block; before: what it held until now, or NULL */
  MS_NOTICE_BIND,    /* a variable got the pointer to block, which is its name and no holder (level refs) */
  MS_NOTICE_RELEASE, /* slot no longer holds block: why */
  MS_NOTICE_COPY,    /* copy says what the copy at copy->event was */
  MS_NOTICE_CLONE,   /* block got the contents of other (or NULL if that has ended) */
  MS_NOTICE_LOST,    /* nothing holds block any more: block->lost */
  MS_NOTICE_ENTER,   /* activation */
  MS_NOTICE_LEAVE,   /* activation, NULL if its beginning is not known; block: what it returns, slot: from where */
  MS_NOTICE_COUNT,   /* the integer at event->addr, in block, has become event->size */
  MS_NOTICE_PASS,    /* block is handed to other code; slot: from where */
  MS_NOTICE_NAME,    /* block->name is new */
  MS_NOTICE_MUTE,    /* block is followed no more; its slots have ended */
  MS_NOTICE_OTHER,   /* marks, scopes, pools, threads, exit, snapshots, reports, clears, realloc-begin, frees of
                      * no block, stores of a pointer to none: see event */
  MS_NOTICE_WATCHED  /* the event that ms_slots_watch asked for has been processed */
};

/* What happened. Pointers live until the observer returns. A kind that does not mention a
 * field leaves it NULL or 0. */
struct ms_notice {
  enum ms_notice_kind kind;
  enum ms_slot_end why;
  const struct ms_event *event; /* that it happened at; NULL for what the end of the trace decides */
  ms_site_id site;              /* of the event, 0 none */
  const struct ms_held_block *block, *other;
  const struct ms_slot *slot, *before;
  const struct ms_copy *copy;
  const struct ms_activation *activation;
};

typedef void ms_slots_observer(void *user, const struct ms_notice *notice);

struct ms_slots;

/* Slots of MODEL, which must not have replayed yet and must live as long. OBSERVER may be NULL. */
struct ms_slots *ms_slots_new(struct ms_model *model, struct ms_trace *trace, ms_slots_observer *observer,
                              void *user);
void ms_slots_free(struct ms_slots *slots);

/* Before the replay: asks for a notice after the event with this id. */
void ms_slots_watch(struct ms_slots *slots, uint64_t event);

/* Before the replay: nobody asks where pointers came from. Copies get no labels, there are no
 * COPY and CLONE notices, PASS and LEAVE have no slot; the rest is the same, in half the time. */
void ms_slots_skip_origins(struct ms_slots *slots);

/* After the replay: decides the copies that are still open. */
void ms_slots_finish(struct ms_slots *slots);

/* How many blocks have been muted. */
uint64_t ms_slots_muted(const struct ms_slots *s);

/* Whether the trace records pointer copies at all. */
bool ms_slots_is_recorded(const struct ms_slots *slots);

/* Blocks 0 .. count - 1, in no order; those with id 0 are no blocks. */
uint32_t ms_slots_block_count(const struct ms_slots *slots);
const struct ms_held_block *ms_slots_block(const struct ms_slots *slots, uint32_t index);
uint32_t ms_slots_block_index(const struct ms_slots *slots, const struct ms_held_block *block);

/* The slot with INDEX (ms_held_block.first, ms_slot.next), and the index of a slot that a notice or
 * this function gave: it stays the same until the slot is released, also when the block that the slot
 * lies in is moved by realloc. */
const struct ms_slot *ms_slots_slot(const struct ms_slots *slots, uint32_t index);
uint32_t ms_slots_slot_index(const struct ms_slots *slots, const struct ms_slot *slot);

/* The memory slots that lie in [*CURSOR, BEHIND), in order: the next one, or NULL. */
const struct ms_slot *ms_slots_next_in(const struct ms_slots *slots, uint64_t *cursor, uint64_t behind);

/* The live block that ADDR points into (one past the end included), or NULL. */
const struct ms_held_block *ms_slots_block_at(const struct ms_slots *slots, uint64_t addr);

/* Text names: "variable", "overwritten" ... */
const char *ms_slot_where_name(unsigned where);
const char *ms_slot_end_name(unsigned why);

#endif
