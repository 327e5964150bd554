/* dominators.c - see dominators.h: the algorithm of Lengauer and Tarjan.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The simple version, with path compression and without balancing. Nodes are numbered in the
 * order of a depth-first walk; below, a vertex is such a number. semi[v] is the smallest vertex
 * from which a way leads to v whose inner vertices are all larger than v. The forest of
 * vertices done so far is in ancestor[]; label[v] is the vertex with the smallest semi on the
 * way from v up to (without) the root of its tree.
 */
#include "analysis/graph/dominators.h"

#include <stdlib.h>

#include "support/xalloc.h"

#define NONE UINT32_MAX

struct walk {
  const struct ms_digraph *graph;
  uint32_t *number; /* by node; NONE: not reached */
  uint32_t *node;   /* by vertex */
  uint32_t *parent, *semi, *ancestor, *label, *dominator, *bucket, *next_in_bucket; /* by vertex */
  uint32_t *stack, *edge;
  uint32_t *first_back, *back; /* edges backwards, by node */
  uint32_t count;
};

static uint32_t *numbers(size_t n) { return ms_xmalloc((n + 1) * sizeof(uint32_t)); }

static void visit(struct walk *w, uint32_t node, uint32_t parent) {
  uint32_t v = w->count++;
  w->number[node] = v;
  w->node[v] = node;
  w->parent[v] = parent;
  w->semi[v] = w->label[v] = v;
  w->ancestor[v] = w->bucket[v] = NONE;
}

static void number_nodes(struct walk *w, uint32_t root) {
  const struct ms_digraph *g = w->graph;
  uint32_t depth = 0;
  visit(w, root, NONE);
  w->stack[depth] = 0;
  w->edge[depth++] = g->first[root];
  while (depth) {
    uint32_t v = w->stack[depth - 1], node = w->node[v];
    if (w->edge[depth - 1] == g->first[node + 1]) {
      depth--;
      continue;
    }
    uint32_t to = g->to[w->edge[depth - 1]++];
    if (w->number[to] != NONE)
      continue;
    visit(w, to, v);
    w->stack[depth] = w->count - 1;
    w->edge[depth++] = g->first[to];
  }
}

static void turn_edges(struct walk *w) {
  const struct ms_digraph *g = w->graph;
  for (uint32_t n = 0; n <= g->node_count; n++)
    w->first_back[n] = 0;
  for (uint32_t i = 0; i < g->first[g->node_count]; i++)
    w->first_back[g->to[i]]++;
  for (uint32_t n = 0, sum = 0; n <= g->node_count; n++) {
    sum += n < g->node_count ? w->first_back[n] : 0;
    w->first_back[n] = sum; /* the end of n's; filled from there downwards */
  }
  for (uint32_t n = 0; n < g->node_count; n++)
    for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++)
      w->back[--w->first_back[g->to[i]]] = n;
}

/* The vertex with the smallest semi above V in its tree. */
static uint32_t evaluate(struct walk *w, uint32_t v) {
  if (w->ancestor[v] == NONE)
    return v;
  uint32_t depth = 0;
  for (uint32_t u = v; w->ancestor[w->ancestor[u]] != NONE; u = w->ancestor[u])
    w->stack[depth++] = u;
  while (depth) {
    uint32_t u = w->stack[--depth], up = w->ancestor[u];
    if (w->semi[w->label[up]] < w->semi[w->label[u]])
      w->label[u] = w->label[up];
    w->ancestor[u] = w->ancestor[up];
  }
  return w->label[v];
}

static void find_dominators(struct walk *w) {
  for (uint32_t v = w->count; v-- > 1;) {
    uint32_t node = w->node[v], parent = w->parent[v];
    for (uint32_t i = w->first_back[node]; i < w->first_back[node + 1]; i++) {
      uint32_t from = w->number[w->back[i]];
      if (from == NONE)
        continue;
      uint32_t u = evaluate(w, from);
      if (w->semi[u] < w->semi[v])
        w->semi[v] = w->semi[u];
    }
    w->next_in_bucket[v] = w->bucket[w->semi[v]];
    w->bucket[w->semi[v]] = v;
    w->ancestor[v] = parent;
    for (uint32_t x = w->bucket[parent]; x != NONE; x = w->next_in_bucket[x]) {
      uint32_t u = evaluate(w, x);
      w->dominator[x] = w->semi[u] < w->semi[x] ? u : parent;
    }
    w->bucket[parent] = NONE;
  }
  w->dominator[0] = 0;
  for (uint32_t v = 1; v < w->count; v++)
    if (w->dominator[v] != w->semi[v])
      w->dominator[v] = w->dominator[w->dominator[v]];
}

uint32_t ms_dominators(const struct ms_digraph *g, uint32_t root, uint32_t *dominator, uint32_t *order) {
  size_t n = g->node_count;
  struct walk w = {.graph = g, .number = numbers(n), .node = order, .parent = numbers(n), .semi = numbers(n),
                   .ancestor = numbers(n), .label = numbers(n), .dominator = numbers(n), .bucket = numbers(n),
                   .next_in_bucket = numbers(n), .stack = numbers(n), .edge = numbers(n),
                   .first_back = numbers(n), .back = numbers(g->first[n])};
  for (size_t i = 0; i < n; i++)
    w.number[i] = NONE;
  turn_edges(&w);
  number_nodes(&w, root);
  find_dominators(&w);
  for (size_t i = 0; i < n; i++)
    dominator[i] = w.number[i] == NONE ? MS_NOT_REACHED : order[w.dominator[w.number[i]]];
  uint32_t *const parts[] = {w.number, w.parent, w.semi, w.ancestor, w.label, w.dominator, w.bucket, w.next_in_bucket,
                             w.stack, w.edge, w.first_back, w.back};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    free(parts[i]);
  return w.count;
}
