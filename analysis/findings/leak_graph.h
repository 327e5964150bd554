/* leak_graph.h - at the end of the trace: which live tracked blocks point at which, and from where they are
 * reached.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Nodes are the live tracked blocks. Edges come from the exit snapshot, explained by the
 * model where it knows the slot; without a snapshot from the model alone. Memory grows with
 * live blocks and words of the snapshot; nothing here is recursive.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_LEAK_GRAPH_H
#define MEMSCOPE_ANALYSIS_FINDINGS_LEAK_GRAPH_H

#include "analysis/findings/finder.h"
#include "analysis/graph/retained.h"

#define MS_NO_NODE UINT32_MAX

/* Of a pointer to a node. */
struct ms_leak_edge {
  uint32_t from, to;  /* nodes; from: MS_NO_NODE for a root */
  uint64_t address;   /* where the pointer lies */
  ms_site_id site;    /* of the slot; 0: no slot of the model explains it */
  uint8_t where;      /* enum ms_slot_where, if it is explained; else a guess from the address */
  bool is_explained;
  bool is_weak;       /* may be no pointer, or one that nobody follows */
};

/* IGNORED: the program said so, or only blocks lead to it of which it did. */
enum ms_reach { MS_REACH_NONE, MS_REACH_WEAK, MS_REACH_STRONG, MS_REACH_IGNORED };

struct ms_leak_node {
  uint32_t block;     /* index for ms_slots_block */
  uint32_t first_out; /* index into edges, sorted by from */
  uint32_t by;        /* edge by which it was reached; MS_NO_NODE: none */
  uint32_t component; /* lost blocks: number of the strongly connected part */
  uint8_t reach;      /* enum ms_reach */
};

/* Lost blocks that all reach each other. */
struct ms_leak_component {
  uint32_t first, count; /* in members */
  uint32_t parent;       /* component that hangs on it directly; MS_NO_NODE: a root */
  uint32_t by;           /* edge from there */
  uint32_t root;         /* component that all of it hangs on */
  uint64_t hanging_blocks, hanging_bytes; /* on a root, without its own */
};

struct ms_leak_graph {
  const struct ms_finder *finder;
  struct ms_leak_node *nodes;
  uint32_t node_count;
  uint32_t *node_of; /* by index of the block; MS_NO_NODE */
  struct ms_leak_edge *edges;
  uint32_t edge_count, edge_capacity;
  struct ms_leak_component *components;
  uint32_t component_count, component_capacity;
  uint32_t *members; /* nodes, by component */
};

void ms_leak_graph_build(struct ms_leak_graph *graph, const struct ms_finder *finder);
void ms_leak_graph_fini(struct ms_leak_graph *graph);

/* The node of BLOCK, or MS_NO_NODE. */
uint32_t ms_leak_graph_node(const struct ms_leak_graph *graph, const struct ms_held_block *block);

/* Whether SLOT, which the model has at the end of the trace, is of any concern: what lies in lost blocks is the
 * leak's business, and what the snapshot contradicts (moved as bytes, written by code that was not compiled
 * by us) nobody's. */
bool ms_slot_stands(const struct ms_finder *finder, const struct ms_slot *slot);

/* The strongly connected parts of what is not reached (leak_components.c). */
void ms_leak_components(struct ms_leak_graph *graph);

/* Adds to BY_GROUP what the nodes of each group keep within reach; GROUP_OF, by node, may be MS_NO_NODE
 * (leak_retained.c). */
void ms_leak_retained(const struct ms_leak_graph *graph, const uint32_t *group_of, uint32_t group_count,
                      struct ms_retained *by_group);

#endif
