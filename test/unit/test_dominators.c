/* test_dominators.c - dominators of random graphs against leaving a node out and looking what is reached.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/graph/dominators.h"
#include "test/unit/unit.h"

enum { NODES = 40, EDGES = 200, LONG = 300000 };

static uint32_t state = 12345;
static uint32_t chance(uint32_t below) {
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % below;
}

/* Marks what ROOT reaches without going through WITHOUT. */
static void reach(const struct ms_digraph *g, uint32_t root, uint32_t without, bool *seen) {
  memset(seen, 0, NODES * sizeof *seen);
  seen[root] = root != without;
  for (bool more = seen[root]; more;) {
    more = false;
    for (uint32_t n = 0; n < g->node_count; n++)
      for (uint32_t i = g->first[n]; seen[n] && i < g->first[n + 1]; i++)
        if (g->to[i] != without && !seen[g->to[i]])
          more = seen[g->to[i]] = true;
  }
}

/* How many answers about a random graph are wrong. */
static unsigned check_random(void) {
  uint32_t count = 1 + chance(NODES), edges = chance(EDGES), root = chance(count), first[NODES + 1], to[EDGES];
  uint32_t degree[NODES] = {0}, dominator[NODES], order[NODES];
  for (uint32_t i = 0; i < edges; i++)
    degree[chance(count)]++;
  first[0] = 0;
  for (uint32_t n = 0; n < count; n++)
    first[n + 1] = first[n] + degree[n];
  for (uint32_t i = 0; i < edges; i++)
    to[i] = chance(count);
  struct ms_digraph g = {count, first, to};
  uint32_t reached = ms_dominators(&g, root, dominator, order);
  bool alive[NODES], without[NODES], dominates[NODES][NODES];
  unsigned wrong = 0, alive_count = 0;
  reach(&g, root, MS_NOT_REACHED, alive);
  for (uint32_t n = 0; n < count; n++) {
    reach(&g, root, n, without);
    for (uint32_t m = 0; m < count; m++)
      dominates[n][m] = alive[m] && !without[m];
    alive_count += alive[n];
    wrong += alive[n] != (dominator[n] != MS_NOT_REACHED);
  }
  wrong += reached != alive_count || dominator[root] != root || order[0] != root;
  /* The dominator dominates, and everything else that does dominates it. */
  for (uint32_t n = 0; n < count; n++)
    for (uint32_t d = 0; alive[n] && n != root && d < count; d++)
      wrong += d != n && dominates[d][n] && !dominates[d][dominator[n]];
  for (uint32_t n = 0; n < count; n++)
    wrong += alive[n] && n != root && (dominator[n] == n || !dominates[dominator[n]][n]);
  /* Each behind its dominator. */
  bool seen[NODES] = {false};
  for (uint32_t i = 0; i < reached; i++) {
    wrong += i && !seen[dominator[order[i]]];
    seen[order[i]] = true;
  }
  return wrong;
}

UNIT_TEST(dominators_are_what_cannot_be_left_out) {
  unsigned wrong = 0;
  for (int i = 0; i < 3000; i++)
    wrong += check_random();
  UNIT_CHECK_EQ(wrong, 0);
}

UNIT_TEST(a_long_list_that_points_back_takes_no_recursion) {
  uint32_t *first = calloc(LONG + 1, sizeof *first), *to = calloc(2 * LONG, sizeof *to);
  uint32_t *dominator = calloc(LONG, sizeof *dominator), *order = calloc(LONG, sizeof *order);
  uint32_t edges = 0;
  for (uint32_t n = 0; n < LONG; n++) {
    first[n] = edges;
    if (n + 1 < LONG)
      to[edges++] = n + 1;
    if (n)
      to[edges++] = n - 1;
  }
  first[LONG] = edges;
  struct ms_digraph g = {LONG, first, to};
  UNIT_CHECK_EQ(ms_dominators(&g, 0, dominator, order), LONG);
  unsigned wrong = 0;
  for (uint32_t n = 1; n < LONG; n++)
    wrong += dominator[n] != n - 1;
  UNIT_CHECK_EQ(wrong, 0);
  free(first);
  free(to);
  free(dominator);
  free(order);
}
