/* leak_components.c - lost blocks that keep each other, and what hangs on what.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tarjan's algorithm with its own stack. Components come out with the successors first, so
 * one pass from the last to the first hands every root down to what hangs on it. A component
 * that several reach hangs on the one that comes out last.
 */
#include <stdlib.h>

#include "analysis/findings/leak_graph.h"
#include "support/grow.h"

struct frame {
  uint32_t node, edge;
};

struct walk {
  struct ms_leak_graph *graph;
  uint32_t *order, *low; /* by node; order 0: not visited */
  uint32_t *stack, depth;
  struct frame *frames;
  uint32_t frame_count, next;
  uint32_t member_count;
  bool *is_open;
};

static bool counts(const struct ms_leak_graph *g, const struct ms_leak_edge *e) {
  return g->nodes[e->to].reach == MS_REACH_NONE && !e->is_weak;
}

static void enter(struct walk *w, uint32_t node) {
  w->order[node] = w->low[node] = ++w->next;
  w->stack[w->depth++] = node;
  w->is_open[node] = true;
  w->frames[w->frame_count++] = (struct frame){node, w->graph->nodes[node].first_out};
}

static void close_component(struct walk *w, uint32_t node) {
  struct ms_leak_graph *g = w->graph;
  MS_GROW(g->components, g->component_count, g->component_capacity);
  struct ms_leak_component *c = &g->components[g->component_count];
  *c = (struct ms_leak_component){.first = w->member_count, .parent = MS_NO_NODE, .by = MS_NO_NODE};
  uint32_t member;
  do {
    member = w->stack[--w->depth];
    w->is_open[member] = false;
    g->nodes[member].component = g->component_count;
    g->members[w->member_count++] = member;
    c->count++;
  } while (member != node);
  g->component_count++;
}

static void visit(struct walk *w, uint32_t start) {
  struct ms_leak_graph *g = w->graph;
  enter(w, start);
  while (w->frame_count) {
    struct frame *f = &w->frames[w->frame_count - 1];
    uint32_t node = f->node;
    if (f->edge < g->edge_count && g->edges[f->edge].from == node) {
      const struct ms_leak_edge *e = &g->edges[f->edge++];
      if (!counts(g, e))
        continue;
      if (!w->order[e->to])
        enter(w, e->to);
      else if (w->is_open[e->to] && w->order[e->to] < w->low[node])
        w->low[node] = w->order[e->to];
      continue;
    }
    w->frame_count--;
    if (w->low[node] == w->order[node])
      close_component(w, node);
    if (w->frame_count) {
      uint32_t parent = w->frames[w->frame_count - 1].node;
      if (w->low[node] < w->low[parent])
        w->low[parent] = w->low[node];
    }
  }
}

static void hand_down(struct ms_leak_graph *g) {
  for (uint32_t i = g->component_count; i-- > 0;) {
    struct ms_leak_component *c = &g->components[i];
    c->root = c->parent == MS_NO_NODE ? i : g->components[c->parent].root;
    for (uint32_t k = 0; k < c->count; k++) {
      uint32_t node = g->members[c->first + k];
      if (c->root != i) {
        g->components[c->root].hanging_blocks++;
        g->components[c->root].hanging_bytes += ms_slots_block(g->finder->slots, g->nodes[node].block)->size;
      }
      for (uint32_t e = g->nodes[node].first_out; e < g->edge_count && g->edges[e].from == node; e++) {
        struct ms_leak_component *to = counts(g, &g->edges[e]) ? &g->components[g->nodes[g->edges[e].to].component] : c;
        if (to != c && to->parent == MS_NO_NODE) {
          to->parent = i;
          to->by = e;
        }
      }
    }
  }
}

void ms_leak_components(struct ms_leak_graph *g) {
  size_t n = (size_t)g->node_count + 1;
  g->members = ms_xcalloc(n, sizeof *g->members);
  struct walk w = {.graph = g,
                   .order = ms_xcalloc(n, sizeof *w.order),
                   .low = ms_xcalloc(n, sizeof *w.low),
                   .stack = ms_xcalloc(n, sizeof *w.stack),
                   .frames = ms_xcalloc(n, sizeof *w.frames),
                   .is_open = ms_xcalloc(n, sizeof *w.is_open)};
  for (uint32_t i = 0; i < g->node_count; i++)
    if (g->nodes[i].reach == MS_REACH_NONE && !w.order[i])
      visit(&w, i);
  free(w.order);
  free(w.low);
  free(w.stack);
  free(w.frames);
  free(w.is_open);
  hand_down(g);
}
