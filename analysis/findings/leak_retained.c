/* leak_retained.c - what blocks keep at the end of the trace, for groups of blocks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A group retains what each of its blocks retains that no other of them does: walking down the tree
 * of dominators, only the first block of a group on each way counts.
 */
#include <stdlib.h>

#include "analysis/findings/leak_graph.h"
#include "support/xalloc.h"

/* The graph of strong edges for ms_retain; its last node is the roots. */
static struct ms_digraph strong_edges(const struct ms_leak_graph *g) {
  uint32_t root = g->node_count, n = root + 1;
  uint32_t *first = ms_xcalloc((size_t)n + 1, sizeof *first);
  uint32_t *to = ms_xmalloc(((size_t)g->edge_count + g->node_count + 1) * sizeof *to);
  uint32_t e = 0, count = 0;
  for (uint32_t i = 0; i < n; i++) { /* edges are sorted by holder, roots last */
    first[i] = count;
    for (; e < g->edge_count && (i == root || g->edges[e].from == i); e++)
      if (!g->edges[e].is_weak)
        to[count++] = g->edges[e].to;
  }
  for (uint32_t i = 0; i < root; i++)
    if (ms_slots_block(g->finder->slots, g->nodes[i].block)->is_ignored)
      to[count++] = i;
  first[n] = count;
  return (struct ms_digraph){n, first, to};
}

/* The blocks below each one in the tree, as lists. */
struct tree {
  uint32_t *child, *next; /* MS_NO_NODE: none */
};

static struct tree tree_of(const uint32_t *dominator, const uint32_t *order, uint32_t n, uint32_t reached) {
  struct tree t = {ms_xmalloc(n * sizeof *t.child), ms_xmalloc(n * sizeof *t.next)};
  for (uint32_t i = 0; i < n; i++)
    t.child[i] = t.next[i] = MS_NO_NODE;
  for (uint32_t i = reached; i-- > 1;) {
    t.next[order[i]] = t.child[dominator[order[i]]];
    t.child[dominator[order[i]]] = order[i];
  }
  return t;
}

/* Adds up by group, down the tree from ROOT. */
static void add_up(const struct tree *t, const uint32_t *dominator, uint32_t root, const uint32_t *group_of,
                   uint32_t group_count, const struct ms_retained *by_node, struct ms_retained *by_group) {
  uint32_t *open = ms_xcalloc((size_t)group_count + 1, sizeof *open);
  uint32_t at = root;
  for (bool down = true; at != root || down;) {
    uint32_t group = at == root || group_of[at] == MS_NO_NODE ? group_count : group_of[at];
    if (down && open[group]++ == 0 && group < group_count) {
      by_group[group].blocks += by_node[at].blocks;
      by_group[group].bytes += by_node[at].bytes;
    }
    if (down && t->child[at] != MS_NO_NODE) {
      at = t->child[at];
      continue;
    }
    open[group]--;
    if (at == root)
      break;
    down = t->next[at] != MS_NO_NODE;
    at = down ? t->next[at] : dominator[at];
  }
  free(open);
}

void ms_leak_retained(const struct ms_leak_graph *g, const uint32_t *group_of, uint32_t group_count,
                      struct ms_retained *by_group) {
  struct ms_digraph edges = strong_edges(g);
  uint32_t n = edges.node_count, root = n - 1, reached = 0;
  uint64_t *sizes = ms_xmalloc(n * sizeof *sizes);
  struct ms_retained *by_node = ms_xcalloc(n, sizeof *by_node);
  uint32_t *dominator = ms_xmalloc(n * sizeof *dominator), *order = ms_xmalloc(n * sizeof *order);
  for (uint32_t i = 0; i < root; i++)
    sizes[i] = ms_slots_block(g->finder->slots, g->nodes[i].block)->size;
  ms_retain(&edges, sizes, by_node, dominator, order);
  for (uint32_t i = 0; i < n; i++)
    reached += dominator[i] != MS_NOT_REACHED;
  struct tree t = tree_of(dominator, order, n, reached);
  add_up(&t, dominator, root, group_of, group_count, by_node, by_group);
  free(t.child);
  free(t.next);
  free((void *)edges.first);
  free((void *)edges.to);
  free(sizes);
  free(by_node);
  free(dominator);
  free(order);
}
