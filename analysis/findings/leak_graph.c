/* leak_graph.c - see leak_graph.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Weak are words that no slot explains, in a tracked block, if the model has seen the last
 * pointer to their target vanish: fresh memory holds words of what lay there before. And
 * pointers into the middle, once the slot that held the beginning was moved on.
 */
#include "analysis/findings/leak_graph.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

static const struct ms_slot *slot_at(const struct ms_finder *f, uint64_t address) {
  uint64_t cursor = address;
  return ms_slots_next_in(f->slots, &cursor, address + 1);
}

uint32_t ms_leak_graph_node(const struct ms_leak_graph *g, const struct ms_held_block *block) {
  return g->node_of[ms_slots_block_index(g->finder->slots, block)];
}

/* Whether a word of a thread's stack that no slot explains holds nothing: every variable is known. But
 * what was passed straight on, and to nobody who keeps it, lies there and in no variable. */
static bool is_leftover(const struct ms_leak_graph *g, uint32_t to) {
  const struct ms_finder *f = g->finder;
  const struct ms_held_block *b = ms_slots_block(f->slots, g->nodes[to].block);
  return f->is_full &&
         (b->was_held || ms_trace_site(f->trace, ms_finder_birth_site(f, b->context))->slot != MS_SLOT_ARG);
}

/* The node that ADDRESS lies in; MS_NO_NODE if none. A pointer to the end counts if IS_POINTER. */
static uint32_t node_at(const struct ms_leak_graph *g, uint64_t address, bool is_pointer) {
  const struct ms_held_block *b = ms_slots_block_at(g->finder->slots, address);
  if (!b || (address - b->addr == b->size && b->size && !is_pointer))
    return MS_NO_NODE;
  return g->node_of[ms_slots_block_index(g->finder->slots, b)];
}

/* What held an inherited block in the parent process is not known: it says nothing that a slot let go. */
static bool seen_to_vanish(const struct ms_finder *f, const struct ms_held_block *b) {
  if (b->is_inherited)
    return false;
  const struct ms_block_note *note = ms_block_notes_of(&f->notes, f->slots, b);
  return b->lost || (note && note->rebound.event && !b->slot_count);
}

static void add_edge(struct ms_leak_graph *g, struct ms_leak_edge edge, uint64_t value) {
  const struct ms_finder *f = g->finder;
  const struct ms_held_block *target = ms_slots_block(f->slots, g->nodes[edge.to].block);
  if (edge.from == edge.to)
    return;
  const struct ms_block_note *note = ms_block_notes_of(&f->notes, f->slots, target);
  if (!edge.is_explained && edge.from != MS_NO_NODE && seen_to_vanish(f, target))
    edge.is_weak = true;
  if (value != target->addr && note && note->advanced.event && !target->is_inherited)
    edge.is_weak = true;
  MS_GROW(g->edges, g->edge_count, g->edge_capacity);
  g->edges[g->edge_count++] = edge;
}

static void add_slot(struct ms_leak_graph *g, const struct ms_slot *slot) {
  uint32_t to = g->node_of[slot->block];
  if (to == MS_NO_NODE)
    return;
  uint32_t from = slot->container == MS_SLOT_NONE_INDEX ? MS_NO_NODE : g->node_of[slot->container];
  add_edge(g, (struct ms_leak_edge){.from = from, .to = to, .address = slot->address, .site = slot->site,
                                    .where = slot->where, .is_explained = true},
           slot->value);
}

static void add_word(struct ms_leak_graph *g, const struct ms_exit_word *word) {
  const struct ms_finder *f = g->finder;
  const struct ms_slot *slot = slot_at(f, word->address);
  if (slot && slot->value == word->value) {
    add_slot(g, slot);
    return;
  }
  const struct ms_exit_region *stack = ms_exit_view_stack(&f->view, word->address);
  if (ms_exit_view_is_past(&f->view, word->address))
    return;
  uint32_t to = node_at(g, word->value, false);
  if (to == MS_NO_NODE || (stack && is_leftover(g, to)))
    return;
  add_edge(g, (struct ms_leak_edge){.from = node_at(g, word->address, false), .to = to, .address = word->address,
                                    .where = stack ? MS_IN_STACK : MS_IN_OTHER},
           word->value);
}

/* Whether the snapshot would have seen a pointer in SLOT: it looks at aligned words. */
static bool was_looked_at(const struct ms_finder *f, const struct ms_slot *slot) {
  if (slot->where == MS_IN_VARIABLE || slot->address % sizeof slot->value != 0)
    return false;
  if (slot->where == MS_IN_HEAP && ms_slots_block(f->slots, slot->container)->is_tracked)
    return true;
  uint64_t key = slot->address;
  uint32_t index;
  if (slot->where == MS_IN_STACK)
    return true; /* what lies below the stack pointer is not in use */
  return ms_address_map_floor(&f->view.region_at, &key, &index) && slot->address < f->view.regions[index].end;
}

static void add_slots(struct ms_leak_graph *g) {
  const struct ms_finder *f = g->finder;
  for (uint32_t n = 0; n < g->node_count; n++)
    for (uint32_t i = ms_slots_block(f->slots, g->nodes[n].block)->first; i != MS_SLOT_NONE_INDEX;
         i = ms_slots_slot(f->slots, i)->next) {
      const struct ms_slot *slot = ms_slots_slot(f->slots, i);
      if (!f->view.is_whole || !was_looked_at(f, slot))
        add_slot(g, slot);
    }
}

static int by_from(const void *a, const void *b) {
  const struct ms_leak_edge *x = a, *y = b;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1; /* roots last */
  if (x->is_explained != y->is_explained)
    return x->is_explained ? -1 : 1;
  return x->address < y->address ? -1 : x->address > y->address;
}

/* Marks everything that is reached through edges that are strong, or (REACH weak) any. */
static void mark(struct ms_leak_graph *g, enum ms_reach reach, uint32_t first_root, uint32_t *queue) {
  uint32_t head = 0, tail = 0;
  for (uint32_t n = 0; n < g->node_count; n++)
    if (g->nodes[n].reach)
      queue[tail++] = n;
  for (uint32_t i = first_root; i < g->edge_count; i++) {
    struct ms_leak_node *to = &g->nodes[g->edges[i].to];
    if (!to->reach && (reach == MS_REACH_WEAK || !g->edges[i].is_weak)) {
      to->reach = (uint8_t)reach;
      to->by = i;
      queue[tail++] = g->edges[i].to;
    }
  }
  while (head < tail) {
    uint32_t n = queue[head++];
    for (uint32_t i = g->nodes[n].first_out; i < g->edge_count && g->edges[i].from == n; i++) {
      struct ms_leak_node *to = &g->nodes[g->edges[i].to];
      if (to->reach || (g->edges[i].is_weak && reach != MS_REACH_WEAK))
        continue;
      to->reach = (uint8_t)reach;
      to->by = i;
      queue[tail++] = g->edges[i].to;
    }
  }
}

void ms_leak_graph_build(struct ms_leak_graph *g, const struct ms_finder *f) {
  *g = (struct ms_leak_graph){.finder = f};
  uint32_t blocks = ms_slots_block_count(f->slots);
  g->node_of = ms_xmalloc((size_t)blocks * sizeof *g->node_of + 1);
  g->nodes = ms_xcalloc((size_t)blocks + 1, sizeof *g->nodes);
  for (uint32_t i = 0; i < blocks; i++) {
    const struct ms_held_block *b = ms_slots_block(f->slots, i);
    g->node_of[i] = MS_NO_NODE;
    if (!b->id || b->end_event || !b->is_tracked)
      continue;
    g->nodes[g->node_count] = (struct ms_leak_node){
        .block = i, .by = MS_NO_NODE, .component = MS_NO_NODE, .reach = b->is_ignored ? MS_REACH_IGNORED : MS_REACH_NONE};
    g->node_of[i] = g->node_count++;
  }
  if (f->view.is_whole)
    for (size_t i = 0; i < f->view.word_count; i++)
      add_word(g, &f->view.words[i]);
  add_slots(g);
  if (g->edge_count > 1)
    qsort(g->edges, g->edge_count, sizeof *g->edges, by_from);
  uint32_t first_root = 0;
  for (uint32_t n = 0; n < g->node_count; n++) {
    g->nodes[n].first_out = first_root;
    while (first_root < g->edge_count && g->edges[first_root].from == n)
      first_root++;
  }
  uint32_t *queue = ms_xmalloc(((size_t)g->node_count + 1) * sizeof *queue);
  mark(g, MS_REACH_IGNORED, g->edge_count, queue);
  mark(g, MS_REACH_STRONG, first_root, queue);
  mark(g, MS_REACH_WEAK, first_root, queue);
  free(queue);
}

bool ms_slot_stands(const struct ms_finder *f, const struct ms_slot *slot) {
  bool is_in_block = slot->where == MS_IN_HEAP;
  const struct ms_held_block *b = is_in_block ? ms_slots_block_at(f->slots, slot->address) : NULL;
  if (ms_exit_view_contradicts(&f->view, slot, b && (b->is_tracked || b->is_muted)))
    return false;
  uint32_t node = b && f->graph ? ms_leak_graph_node(f->graph, b) : MS_NO_NODE;
  return node == MS_NO_NODE || f->graph->nodes[node].reach != MS_REACH_NONE;
}

void ms_leak_graph_fini(struct ms_leak_graph *g) {
  free(g->nodes);
  free(g->node_of);
  free(g->edges);
  free(g->components);
  free(g->members);
}
