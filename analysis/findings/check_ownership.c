/* check_ownership.c - slots that break what is concluded of their kind: two owners, borrowers that outlive.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Built on analysis/ownership, which concludes per kind of slot ("struct item.name") who owns. A
 * kind is accused only if the conclusion is not of low confidence, and if the case is no
 * habit of the kind:
 *
 *  - two-owners: two slots of owning kinds hold a block at the end of the trace, or held it when it was freed
 *    and one of them still points there; and blocks of these kinds are seldom held twice (an
 *    index, a list through a table and whatever counts its users have two holders all the time).
 *    A slot of type `void *` is not accused: what a container does with one type is no habit with another.
 *  - borrow-outlives: a slot of a borrowing kind points at a freed block when the trace ends; and
 *    slots of that kind let go in time elsewhere. Where pointer variables are not recorded (level refs)
 *    no kind is concluded to borrow; then it is enough that it lets go in time and frees nothing.
 *
 * Who owns costs more to find out than all other checks together. So the trace is replayed again for
 * it, if at the end of the first replay there is a slot that could be accused, of a place that has
 * stored often enough to show a habit, and if there are not too many events.
 *
 * The confidence is the lower bound of the Wilson interval of the lives that kept to the habit.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/leak_graph.h"
#include "analysis/ownership/ownership.h"
#include "support/grow.h"
#include "support/index.h"

enum {
  SLOTS_LOOKED_AT = 16, /* of one block */
  HABIT_MIN = 4,        /* lives that show what a kind does as a rule */
  GROUPS_MAX = 256,
  NAMES = 4096,         /* names that share a hash only cost time */
  EVENTS_MAX = 100000000 /* of a trace that is replayed again */
};
#define HABIT_CONFIDENCE 0.5

/* A block that two slots or more held when it was freed: the two that were filled last. */
struct shared_end {
  uint64_t block;
  struct ms_slot slots[2];
  uint32_t kinds[2];
  uint32_t left; /* slots in memory that still point there */
};

/* Violations that differ by their block only. */
struct group {
  enum ms_finding_kind kind;
  ms_site_id site, other_site; /* of the slots */
  ms_context_id end;           /* of the free; 0: the block lives */
  struct ms_past_block block;
  struct ms_slot slot, other;
  uint64_t support, against, blocks, bytes;
};

struct owners {
  struct ms_finder *finder;
  uint32_t *stored; /* by site: how often a slot got a pointer there, to HABIT_MIN */
  uint32_t site_count;
  uint64_t stored_as[NAMES]; /* the same by a hash of the slot's name */
  /* Of the second replay. */
  struct ms_run *run;
  struct ms_slots *slots;
  struct ms_ownership *ownership;
  struct ms_address_map ends; /* by id of the block */
  struct shared_end *shared;
  uint32_t shared_count, shared_capacity, free_list; /* free_list: + 1 */
  struct group *groups;
  size_t group_count, group_capacity;
};

static void *open_owners(struct ms_finder *finder) {
  struct owners *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  s->site_count = ms_trace_site_count(finder->trace) + 1;
  s->stored = ms_xcalloc(s->site_count, sizeof *s->stored);
  return s;
}

static void close_owners(void *state) {
  struct owners *s = state;
  ms_ownership_free(s->ownership);
  ms_run_close(s->run);
  ms_address_map_fini(&s->ends);
  free(s->stored);
  free(s->shared);
  free(s->groups);
  free(s);
}

/* Whether memcpy filled SLOT of a local variable: a copy to work with (an iterator's), taken for its original's kind. */
static bool is_working_copy(const struct owners *s, const struct ms_slot *slot) {
  return slot->where == MS_IN_STACK && ms_trace_site(s->finder->trace, slot->site)->kind == MS_SITE_COPY;
}

/* The first slot in memory, from index *AT on, that points at the beginning of B and lies elsewhere; NULL. */
static const struct ms_slot *next_holder(const struct ms_slots *slots, const struct ms_held_block *b, uint32_t *at, unsigned *looked) {
  while (*at != MS_SLOT_NONE_INDEX && (*looked)++ < SLOTS_LOOKED_AT) {
    const struct ms_slot *slot = ms_slots_slot(slots, *at);
    *at = slot->next;
    bool is_inside = slot->container != MS_SLOT_NONE_INDEX && ms_slots_block(slots, slot->container) == b;
    if (!is_inside && slot->offset == 0 && slot->where != MS_IN_VARIABLE)
      return slot;
  }
  return NULL;
}

/* A block ends that two slots hold: they are remembered for as long as one of them points there. */
static void on_end(struct owners *s, const struct ms_notice *n) {
  uint32_t at = n->block->first, count = 0;
  unsigned looked = 0;
  struct shared_end end = {.block = n->block->id};
  if (!n->event || (n->other && n->other->predecessor == n->block->id))
    return;
  for (const struct ms_slot *slot; (slot = next_holder(s->slots, n->block, &at, &looked)) != NULL; count++)
    if (count < 2) {
      end.slots[count] = *slot;
      end.kinds[count] = is_working_copy(s, slot) ? 0 : ms_ownership_kind(s->ownership, slot);
    }
  if (count < 2)
    return;
  end.left = count;
  uint32_t index;
  if (s->free_list) {
    index = s->free_list - 1;
    s->free_list = s->shared[index].left;
  } else {
    MS_GROW(s->shared, s->shared_count, s->shared_capacity);
    index = s->shared_count++;
  }
  s->shared[index] = end;
  ms_address_map_put(&s->ends, n->block->id, index);
}

static void on_release(struct owners *s, const struct ms_notice *n) {
  uint32_t index;
  if (!n->block->end_event || n->slot->offset || n->slot->where == MS_IN_VARIABLE ||
      !ms_address_map_find(&s->ends, n->block->id, &index))
    return;
  if (--s->shared[index].left)
    return;
  ms_address_map_remove(&s->ends, n->block->id);
  s->shared[index].left = s->free_list;
  s->free_list = index + 1;
}

static void notice_again(void *state, const struct ms_notice *n) {
  struct owners *s = state;
  ms_ownership_take(s->ownership, n);
  if (n->kind == MS_NOTICE_END)
    on_end(s, n);
  else if (n->kind == MS_NOTICE_RELEASE)
    on_release(s, n);
}

static void notice_owners(void *state, const struct ms_notice *n) {
  struct owners *s = state;
  if (n->kind == MS_NOTICE_HOLD && n->slot->site < s->site_count && s->stored[n->slot->site] < HABIT_MIN)
    s->stored[n->slot->site]++;
}

static size_t name_of(const struct owners *s, ms_site_id id) {
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, id);
  const char *name = *site->field ? site->field : site->path;
  return ms_hash_bytes(name, strlen(name)) % NAMES;
}

/* Whether B may have been held against a habit, as far as the first replay shows. */
static bool is_worth_it(const struct owners *s, const struct ms_held_block *b) {
  uint32_t at = b->first, count = 0;
  unsigned looked = 0;
  for (const struct ms_slot *slot; (slot = next_holder(s->finder->slots, b, &at, &looked)) != NULL;)
    count += s->stored_as[name_of(s, slot->site)] >= HABIT_MIN && ms_slot_stands(s->finder, slot);
  return count >= (b->end_event ? 1 : 2);
}

static bool is_habit(uint64_t support, uint64_t against) {
  return support >= HABIT_MIN && ms_finding_confidence(support, against) >= HABIT_CONFIDENCE;
}

/* Whether SLOT is declared to hold things of one type. A container's `void *` says of one thing that
 * it holds nothing of the others. */
static bool is_of_one_type(const struct owners *s, const struct ms_slot *slot) {
  const char *type = ms_trace_site(s->finder->trace, slot->site)->type;
  return *type && strcmp(type, "void") != 0;
}

/* Whether slots of KIND, like SLOT, own what they hold and share it with nobody; the life of B does not count. */
static bool is_sole_owner(const struct owners *s, const struct ms_held_block *b, const struct ms_slot *slot, uint32_t kind,
                          struct ms_slot_fact *ret) {
  if (!kind || !is_of_one_type(s, slot) || !ms_ownership_slot_fact(s->ownership, kind, ret))
    return false;
  ret->shared -= b->end_event && ret->shared;
  return ret->conclusion->stance == MS_STANCE_OWNS &&
         !ret->conclusion->is_counted && ret->conclusion->label != MS_CONFIDENCE_LOW && is_habit(ret->lone, ret->shared);
}

/* Whether slots of KIND borrow, and let go in time. */
static bool is_borrower(const struct owners *s, uint32_t kind, struct ms_slot_fact *ret) {
  if (!kind || !ms_ownership_slot_fact(s->ownership, kind, ret) || !is_habit(ret->let_go, ret->left))
    return false;
  const struct ms_conclusion *c = ret->conclusion;
  return (c->stance == MS_STANCE_BORROWS && c->label != MS_CONFIDENCE_LOW) ||
         (c->stance == MS_STANCE_NONE && !c->observed_for && !c->observed_against);
}

static void add(struct owners *s, const struct group *new) {
  for (size_t i = 0; i < s->group_count; i++) {
    struct group *g = &s->groups[i];
    if (g->kind == new->kind && g->site == new->site && g->other_site == new->other_site && g->end == new->end) {
      g->blocks++;
      g->bytes += new->bytes;
      return;
    }
  }
  if (s->group_count >= GROUPS_MAX)
    return;
  MS_GROW(s->groups, s->group_count, s->group_capacity);
  s->groups[s->group_count++] = *new;
}

/* SLOT, and of two owners OTHER, about B; SUPPORT lives kept to the habit, AGAINST did not. */
static void accuse(struct owners *s, enum ms_finding_kind kind, const struct ms_held_block *b, const struct ms_slot *slot,
                   const struct ms_slot *other, uint64_t support, uint64_t against) {
  struct group g = {.kind = kind, .site = slot->site, .other_site = other ? other->site : 0, .end = b->end_context,
                    .block = ms_past_block_of(b, NULL), .slot = *slot, .support = support, .against = against, .blocks = 1,
                    .bytes = b->size};
  if (other)
    g.other = *other;
  g.block.end_event = b->end_event;
  g.block.end_context = b->end_context;
  add(s, &g);
}

/* B lives, and two slots own it. */
static void judge_live(struct owners *s, const struct ms_held_block *b) {
  struct ms_slot_fact fact, first_fact;
  const struct ms_slot *first = NULL;
  uint32_t at = b->first;
  unsigned looked = 0;
  for (const struct ms_slot *slot; (slot = next_holder(s->slots, b, &at, &looked)) != NULL;) {
    if (is_working_copy(s, slot) || !is_sole_owner(s, b, slot, ms_ownership_kind(s->ownership, slot), &fact) ||
        !ms_slot_stands(s->finder, slot))
      continue;
    if (first) { /* the later one is FIRST: the list begins with the latest */
      const struct ms_slot_fact *least = fact.lone < first_fact.lone ? &fact : &first_fact;
      accuse(s, MS_FINDING_TWO_OWNERS, b, first, slot, least->lone, least->shared);
      return;
    }
    first = slot;
    first_fact = fact;
  }
}

/* B has been freed, and SLOT, of KIND, still points there. */
static void judge_left(struct owners *s, const struct ms_held_block *b, const struct ms_slot *slot, uint32_t kind) {
  struct ms_slot_fact fact, other_fact;
  uint32_t index;
  if (is_borrower(s, kind, &fact)) {
    accuse(s, MS_FINDING_BORROW_OUTLIVES, b, slot, NULL, fact.let_go, fact.left);
    return;
  }
  if (!is_sole_owner(s, b, slot, kind, &fact) || !ms_address_map_find(&s->ends, b->id, &index))
    return;
  const struct shared_end *end = &s->shared[index];
  for (unsigned i = 0; i < 2; i++)
    if (end->slots[i].event != slot->event && is_sole_owner(s, b, &end->slots[i], end->kinds[i], &other_fact)) {
      const struct ms_slot_fact *least = fact.lone < other_fact.lone ? &fact : &other_fact;
      accuse(s, MS_FINDING_TWO_OWNERS, b, slot, &end->slots[i], least->lone, least->shared);
      return;
    }
}

static void judge(struct owners *s, const struct ms_held_block *b) {
  if (ms_ownership_is_counted(s->ownership, b->id))
    return;
  if (!b->end_event) {
    judge_live(s, b);
    return;
  }
  uint32_t at = b->first;
  unsigned looked = 0;
  for (const struct ms_slot *slot; (slot = next_holder(s->slots, b, &at, &looked)) != NULL;)
    if ((slot->where == MS_IN_HEAP || slot->where == MS_IN_MODULE) && ms_slot_stands(s->finder, slot))
      judge_left(s, b, slot, ms_ownership_kind(s->ownership, slot));
}

static void step_slot(struct owners *s, struct ms_finding *f, const struct ms_slot *slot, const char *text) {
  ms_finding_step_add(f, MS_STEP_COPIED, slot->event, slot->context, slot->site, ms_finder_slot_path(s->finder, slot->site), text);
}

static void report_owners(struct owners *s, struct ms_finding *f, const struct group *g, const char *slot) {
  const char *other = ms_finder_slot_path(s->finder, g->other.site);
  f->site = g->slot.site;
  f->context = g->slot.context;
  bool is_later = g->slot.event > g->other.event;
  step_slot(s, f, is_later ? &g->other : &g->slot, NULL);
  step_slot(s, f, is_later ? &g->slot : &g->other, "which owns, too");
  if (g->end) {
    char *call = ms_finder_free_text(s->finder, g->end);
    ms_finding_step_free(s->finder, f, MS_STEP_FREED, g->block.end_event, g->end);
    f->title = ms_xasprintf("%s frees what %s owns as well: its destructor would free it again", call, slot ? slot : "another slot");
    free(call);
  } else {
    f->title = ms_xasprintf("%s and %s own the same block: the second to go frees it again", slot ? slot : "a slot",
                            other ? other : "another");
  }
  f->advice = ms_xstrdup("let one of the two own it: give the other a copy of its own, or count the users");
}

static void report_borrower(struct owners *s, struct ms_finding *f, const struct group *g, const char *slot) {
  char *call = ms_finder_free_text(s->finder, g->end);
  f->site = ms_finder_free_site(s->finder, g->end);
  f->context = g->end;
  step_slot(s, f, &g->slot, "borrows it");
  ms_finding_step_free(s->finder, f, MS_STEP_FREED, g->block.end_event, g->end);
  ms_finding_step_add(f, MS_STEP_HELD, 0, 0, g->slot.site, slot, "still points there at the end");
  f->title = ms_xasprintf("%s outlives what it borrows, which %s frees; elsewhere it let go in time", slot ? slot : "a slot", call);
  f->advice = ms_xasprintf("set %s to NULL before the owner frees the block, or let it own a reference", slot ? slot : "the slot");
  free(call);
}

/* Whether a second free of the block has been reported: then there is nothing to foretell. */
static bool is_known(const struct owners *s, const struct group *g) {
  for (size_t i = 0; i < s->finder->findings.count; i++)
    if (s->finder->findings.items[i].kind == MS_FINDING_DOUBLE_FREE && s->finder->findings.items[i].block == g->block.id)
      return true;
  return false;
}

static void report(struct owners *s, const struct group *g) {
  if (g->kind == MS_FINDING_TWO_OWNERS && is_known(s, g))
    return;
  struct ms_finding *f = ms_finder_add(s->finder, g->kind);
  ms_finding_name_block(s->finder, f, g->block.context, g->block.name);
  f->block = g->block.id;
  f->blocks = g->blocks;
  f->bytes = g->bytes;
  ms_finding_step_birth(s->finder, f, g->block.event, g->block.context);
  const char *slot = ms_finder_slot_path(s->finder, g->slot.site);
  if (g->kind == MS_FINDING_TWO_OWNERS) {
    ms_finding_infer(f, "two-owners", g->support, g->against);
    report_owners(s, f, g, slot);
  } else {
    ms_finding_infer(f, "borrow-outlives-owner", g->support, g->against);
    report_borrower(s, f, g, slot);
  }
}

static bool is_any_worth_it(struct owners *s) {
  const struct ms_slots *slots = s->finder->slots;
  for (ms_site_id id = 0; id < s->site_count; id++)
    s->stored_as[name_of(s, id)] += s->stored[id];
  if (!s->finder->graph || ms_model_totals(s->finder->model)->events > EVENTS_MAX)
    return false;
  for (uint32_t i = 0; i < ms_slots_block_count(slots); i++) {
    const struct ms_held_block *b = ms_slots_block(slots, i);
    if (b->id && b->is_tracked && b->slot_count && is_worth_it(s, b))
      return true;
  }
  return false;
}

static void finish_owners(void *state) {
  struct owners *s = state;
  if (!is_any_worth_it(s) || ms_run_prepare(ms_trace_path(s->finder->trace), &s->run, NULL) != MS_OK)
    return;
  s->ownership = ms_ownership_new();
  s->slots = ms_run_slots(s->run, notice_again, s);
  ms_ownership_begin(s->ownership, s->run, s->slots);
  ms_run_replay(s->run);
  ms_ownership_end(s->ownership);
  ms_ownership_conclude(s->ownership);
  for (uint32_t i = 0; i < ms_slots_block_count(s->slots); i++) {
    const struct ms_held_block *b = ms_slots_block(s->slots, i);
    if (b->id && b->is_tracked && b->slot_count)
      judge(s, b);
  }
  for (size_t i = 0; i < s->group_count; i++)
    report(s, &s->groups[i]);
}

const struct ms_check ms_check_ownership = {open_owners, notice_owners, finish_owners, close_owners};
