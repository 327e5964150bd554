/* retained.c - see retained.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a block retains is its part of the tree of dominators.
 */
#include "analysis/graph/retained.h"

#include <stdlib.h>

#include "support/xalloc.h"

void ms_retain(const struct ms_digraph *g, const uint64_t *sizes, struct ms_retained *retained, uint32_t *ret_dominator,
               uint32_t *ret_order) {
  size_t n = g->node_count;
  uint32_t root = g->node_count - 1;
  uint32_t *dominator = ret_dominator ? ret_dominator : ms_xmalloc(n * sizeof *dominator);
  uint32_t *order = ret_order ? ret_order : ms_xmalloc(n * sizeof *order);
  uint32_t reached = ms_dominators(g, root, dominator, order);
  for (uint32_t i = 0; i < root; i++)
    retained[i] = (struct ms_retained){0, 0};
  for (uint32_t i = 1; i < reached; i++)
    retained[order[i]] = (struct ms_retained){1, sizes[order[i]]};
  for (uint32_t i = reached; i-- > 1;) {
    uint32_t node = order[i], above = dominator[node];
    if (above == root)
      continue;
    retained[above].blocks += retained[node].blocks;
    retained[above].bytes += retained[node].bytes;
  }
  if (!ret_dominator)
    free(dominator);
  if (!ret_order)
    free(order);
}

static bool is_node(const struct ms_held_block *b) { return b->id && !b->end_event && b->is_tracked; }

/* The node in which SLOT lies; the last one if in none. */
static uint32_t holder(const struct ms_slots *slots, const struct ms_slot *slot, uint32_t root) {
  if (slot->container == MS_SLOT_NONE_INDEX || !is_node(ms_slots_block(slots, slot->container)))
    return root;
  return slot->container;
}

/* One pass over all edges: without TO counts them by holder in FIRST, else puts each into TO, from the
 * end of its holder's downwards. */
static void pass_edges(const struct ms_slots *slots, uint32_t root, uint32_t *first, uint32_t *to) {
  for (uint32_t b = 0; b < root; b++) {
    const struct ms_held_block *block = ms_slots_block(slots, b);
    if (!is_node(block))
      continue;
    if (block->is_ignored && !to)
      first[root]++;
    else if (block->is_ignored)
      to[--first[root]] = b;
    for (uint32_t i = block->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(slots, i)->next) {
      uint32_t from = holder(slots, ms_slots_slot(slots, i), root);
      if (!to)
        first[from]++;
      else
        to[--first[from]] = b;
    }
  }
}

struct ms_retained *ms_retained_now(const struct ms_slots *slots) {
  uint32_t root = ms_slots_block_count(slots), n = root + 1;
  uint32_t *first = ms_xcalloc((size_t)n + 1, sizeof *first);
  pass_edges(slots, root, first, NULL);
  uint32_t edges = 0;
  for (uint32_t i = 0; i < n; i++)
    first[i] = edges += first[i];
  first[n] = edges;
  uint32_t *to = ms_xmalloc(((size_t)edges + 1) * sizeof *to);
  pass_edges(slots, root, first, to);
  uint64_t *sizes = ms_xmalloc(n * sizeof *sizes);
  for (uint32_t i = 0; i < root; i++)
    sizes[i] = ms_slots_block(slots, i)->size;
  struct ms_retained *retained = ms_xcalloc(n, sizeof *retained);
  ms_retain(&(struct ms_digraph){n, first, to}, sizes, retained, NULL, NULL);
  free(first);
  free(to);
  free(sizes);
  return retained;
}
