/* dominators.h - which node of a graph lies on every way to which other.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Takes O(edges * log nodes) time and memory for a few words a node and edge; nothing is
 * recursive, so that hostile graphs (a list of a million blocks) do no harm.
 */
#ifndef MEMSCOPE_ANALYSIS_GRAPH_DOMINATORS_H
#define MEMSCOPE_ANALYSIS_GRAPH_DOMINATORS_H

#include <stdint.h>

#define MS_NOT_REACHED UINT32_MAX

/* Edges of node n: to[first[n]] up to, without, to[first[n + 1]]. */
struct ms_digraph {
  uint32_t node_count;
  const uint32_t *first, *to;
};

/* Sets DOMINATOR[n], for each node n but ROOT, to the nearest other node that every way from ROOT to n
 * goes through, MS_NOT_REACHED if there is no way; DOMINATOR[ROOT] = ROOT. ORDER gets the nodes
 * that are reached, each behind its dominator. Both have room for node_count. Returns how many. */
uint32_t ms_dominators(const struct ms_digraph *graph, uint32_t root, uint32_t *dominator, uint32_t *order);

#endif
