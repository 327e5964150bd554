/* address_map.c - see address_map.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A B+ tree of nodes that are a few cache lines each: a search touches one node a level, and
 * a million entries are four levels. Going down to insert, full nodes are split on the way;
 * after a removal a node is merged with a neighbour when both together fill at most half a
 * node, so nodes are on average a quarter full at worst.
 *
 * An inner node's keys[i] is a lower bound of what its i-th child holds; keys[0] counts as 0.
 *
 * Most lookups do not go down: programs use the same addresses again, so a table remembers the
 * leaf in which keys like this one were found last. A key between the first and the last of a leaf is
 * there or nowhere, however the leaf was found; a hint that is out of date costs one look
 * [measured: a Lua run's 43 M events in half of the time].
 */
#include "analysis/model/address_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

enum { FANOUT = 40, HEIGHT_MAX = 24, HINTS_MIN = 64, HINTS_A_NODE = 8 };

struct ms_address_node {
  uint32_t count;
  bool is_leaf;
  uint32_t items[FANOUT]; /* values, or indexes of children */
  uint64_t keys[FANOUT];
};

/* The way down to a leaf: at each level the node and the place taken in it. */
struct path {
  uint32_t height;
  struct {
    uint32_t node;
    int at;
  } steps[HEIGHT_MAX];
};

void ms_address_map_fini(struct ms_address_map *map) {
  free(map->nodes);
  free(map->hints);
  *map = (struct ms_address_map){NULL, 0, 0, 0, 0, 0, NULL, 0};
}

static uint32_t new_node(struct ms_address_map *map, bool is_leaf) {
  uint32_t index;
  if (map->free_list) {
    index = map->free_list - 1;
    map->free_list = map->nodes[index].items[0];
  } else {
    MS_GROW(map->nodes, map->node_count, map->node_capacity);
    index = map->node_count++;
  }
  map->nodes[index].count = 0;
  map->nodes[index].is_leaf = is_leaf;
  return index;
}

static void free_node(struct ms_address_map *map, uint32_t index) {
  map->nodes[index].is_leaf = false; /* so that no hint leads here */
  map->nodes[index].items[0] = map->free_list;
  map->free_list = index + 1;
}

/* The last place in NODE whose key is at most KEY, or -1. Without a branch on what is compared:
 * nobody can predict it. */
static int place(const struct ms_address_node *node, uint64_t key) {
  const uint64_t *base = node->keys;
  uint32_t left = node->count;
  if (!left)
    return -1;
  while (left > 1) {
    uint32_t half = left / 2;
    base = base[half] <= key ? base + half : base;
    left -= half;
  }
  return (int)(base - node->keys) - (*base > key);
}

static int child_place(const struct ms_address_node *node, uint64_t key) {
  int at = place(node, key);
  return at < 0 ? 0 : at;
}

/* Goes down to the leaf where KEY belongs; the last step's place may be -1. False: the map
 * is empty. */
static bool descend(const struct ms_address_map *map, uint64_t key, struct path *path) {
  if (!map->count)
    return false;
  uint32_t index = map->root;
  for (path->height = 0;; path->height++) {
    assert(path->height < HEIGHT_MAX);
    const struct ms_address_node *node = &map->nodes[index];
    path->steps[path->height].node = index;
    if (node->is_leaf) {
      path->steps[path->height].at = place(node, key);
      return true;
    }
    int at = child_place(node, key);
    path->steps[path->height].at = at;
    index = node->items[at];
  }
}

/* The hint for KEY; there are some. */
static uint32_t *hint(const struct ms_address_map *map, uint64_t key) {
  uint64_t mixed = (key >> 7) * UINT64_C(0x9e3779b97f4a7c15);
  return &map->hints[(mixed >> 32) & (map->hint_count - 1)];
}

/* The leaf with keys up to and from KEY on, if a hint leads to it. */
static struct ms_address_node *hinted(const struct ms_address_map *map, uint64_t key) {
  if (!map->hint_count)
    return NULL;
  struct ms_address_node *node = &map->nodes[*hint(map, key)];
  bool is_it = node->is_leaf && node->count && node->keys[0] <= key && key <= node->keys[node->count - 1];
  return is_it ? node : NULL;
}

/* KEY was looked for in LEAF. */
static void remember(const struct ms_address_map *map, uint64_t key, uint32_t leaf) {
  if (map->hint_count)
    *hint(map, key) = leaf;
}

/* More nodes, more hints. */
static void make_hints(struct ms_address_map *map) {
  uint32_t count = map->hint_count ? map->hint_count * 2 : HINTS_MIN;
  free(map->hints);
  map->hints = ms_xcalloc(count, sizeof *map->hints);
  map->hint_count = count;
}

bool ms_address_map_find(const struct ms_address_map *map, uint64_t key, uint32_t *ret_value) {
  const struct ms_address_node *node = hinted(map, key);
  if (!node) {
    struct path path;
    if (!descend(map, key, &path))
      return false;
    remember(map, key, path.steps[path.height].node);
    node = &map->nodes[path.steps[path.height].node];
  }
  int at = place(node, key);
  if (at < 0 || node->keys[at] != key)
    return false;
  *ret_value = node->items[at];
  return true;
}

/* Moves PATH to the leaf beside its own (DIRECTION -1 or 1) and gives the entry there that is
 * nearest; false when there is no such leaf. */
static bool neighbour(const struct ms_address_map *map, struct path *path, int direction, uint64_t *ret_key,
                      uint32_t *ret_value) {
  uint32_t level = path->height;
  for (;;) {
    if (level == 0)
      return false;
    level--;
    int at = path->steps[level].at + direction;
    const struct ms_address_node *node = &map->nodes[path->steps[level].node];
    if (at < 0 || at >= (int)node->count)
      continue;
    for (node = &map->nodes[node->items[at]]; !node->is_leaf;)
      node = &map->nodes[node->items[direction < 0 ? node->count - 1 : 0]];
    at = direction < 0 ? (int)node->count - 1 : 0;
    *ret_key = node->keys[at];
    *ret_value = node->items[at];
    return true;
  }
}

bool ms_address_map_floor(const struct ms_address_map *map, uint64_t *key, uint32_t *ret_value) {
  const struct ms_address_node *known = hinted(map, *key);
  if (known) {
    int last = place(known, *key);
    *key = known->keys[last];
    *ret_value = known->items[last];
    return true;
  }
  struct path path;
  if (!descend(map, *key, &path))
    return false;
  remember(map, *key, path.steps[path.height].node);
  const struct ms_address_node *leaf = &map->nodes[path.steps[path.height].node];
  int at = path.steps[path.height].at;
  if (at < 0)
    return neighbour(map, &path, -1, key, ret_value);
  *key = leaf->keys[at];
  *ret_value = leaf->items[at];
  return true;
}

bool ms_address_map_ceil(const struct ms_address_map *map, uint64_t *key, uint32_t *ret_value) {
  const struct ms_address_node *known = hinted(map, *key);
  if (known) {
    int first = place(known, *key);
    first += known->keys[first] < *key;
    *key = known->keys[first];
    *ret_value = known->items[first];
    return true;
  }
  struct path path;
  if (!descend(map, *key, &path))
    return false;
  remember(map, *key, path.steps[path.height].node);
  const struct ms_address_node *leaf = &map->nodes[path.steps[path.height].node];
  int at = path.steps[path.height].at;
  if (at < 0 || leaf->keys[at] < *key)
    at++;
  if (at >= (int)leaf->count)
    return neighbour(map, &path, 1, key, ret_value);
  *key = leaf->keys[at];
  *ret_value = leaf->items[at];
  return true;
}

bool ms_address_map_alone(const struct ms_address_map *map, uint64_t key, uint64_t reach, uint32_t *ret_value) {
  const struct ms_address_node *leaf = hinted(map, key);
  if (!leaf)
    return false;
  int at = place(leaf, key);
  if (at <= 0 || leaf->keys[at] != key || at + 1 == (int)leaf->count || key - leaf->keys[at - 1] < reach ||
      leaf->keys[at + 1] - key < reach)
    return false;
  *ret_value = leaf->items[at];
  return true;
}

static void insert_at(struct ms_address_node *node, uint32_t at, uint64_t key, uint32_t item) {
  memmove(node->keys + at + 1, node->keys + at, (node->count - at) * sizeof *node->keys);
  memmove(node->items + at + 1, node->items + at, (node->count - at) * sizeof *node->items);
  node->keys[at] = key;
  node->items[at] = item;
  node->count++;
}

static void remove_at(struct ms_address_node *node, uint32_t at) {
  node->count--;
  memmove(node->keys + at, node->keys + at + 1, (node->count - at) * sizeof *node->keys);
  memmove(node->items + at, node->items + at + 1, (node->count - at) * sizeof *node->items);
}

/* The full child AT of PARENT, which has room, becomes two. */
static void split(struct ms_address_map *map, uint32_t parent, uint32_t at) {
  uint32_t left_index = map->nodes[parent].items[at];
  uint32_t right_index = new_node(map, map->nodes[left_index].is_leaf);
  struct ms_address_node *left = &map->nodes[left_index], *right = &map->nodes[right_index];
  right->count = FANOUT / 2;
  left->count = FANOUT - FANOUT / 2;
  memcpy(right->keys, left->keys + left->count, right->count * sizeof *right->keys);
  memcpy(right->items, left->items + left->count, right->count * sizeof *right->items);
  insert_at(&map->nodes[parent], at + 1, right->keys[0], right_index);
}

/* Puts VALUE at KEY into LEAF, which has room unless KEY is there. */
static void put_in(struct ms_address_map *map, struct ms_address_node *leaf, uint64_t key, uint32_t value) {
  int at = place(leaf, key);
  if (at >= 0 && leaf->keys[at] == key) {
    leaf->items[at] = value;
    return;
  }
  insert_at(leaf, (uint32_t)(at + 1), key, value);
  map->count++;
}

void ms_address_map_put(struct ms_address_map *map, uint64_t key, uint32_t value) {
  struct ms_address_node *known = hinted(map, key);
  if (known && known->count < FANOUT) {
    put_in(map, known, key, value);
    return;
  }
  if (!map->count) {
    map->root = new_node(map, true);
    insert_at(&map->nodes[map->root], 0, key, value);
    map->count = 1;
    return;
  }
  if (map->nodes[map->root].count == FANOUT) {
    uint32_t root = new_node(map, false);
    insert_at(&map->nodes[root], 0, 0, map->root);
    map->root = root;
    split(map, root, 0);
  }
  uint32_t index = map->root;
  while (!map->nodes[index].is_leaf) {
    int at = child_place(&map->nodes[index], key);
    if (map->nodes[map->nodes[index].items[at]].count == FANOUT) {
      split(map, index, (uint32_t)at);
      at = child_place(&map->nodes[index], key);
    }
    index = map->nodes[index].items[at];
  }
  put_in(map, &map->nodes[index], key, value);
  if (map->node_count > map->hint_count / HINTS_A_NODE)
    make_hints(map);
  remember(map, key, index);
}

/* Moves all of child AT + 1 of PARENT into child AT. */
static void merge(struct ms_address_map *map, struct ms_address_node *parent, uint32_t at) {
  uint32_t right_index = parent->items[at + 1];
  struct ms_address_node *left = &map->nodes[parent->items[at]], *right = &map->nodes[right_index];
  if (!right->is_leaf)
    right->keys[0] = parent->keys[at + 1];
  memcpy(left->keys + left->count, right->keys, right->count * sizeof *right->keys);
  memcpy(left->items + left->count, right->items, right->count * sizeof *right->items);
  left->count += right->count;
  free_node(map, right_index);
  remove_at(parent, at + 1);
}

/* Child AT of PARENT has become smaller; whether PARENT has, too. */
static bool shrink(struct ms_address_map *map, struct ms_address_node *parent, uint32_t at) {
  const struct ms_address_node *child = &map->nodes[parent->items[at]];
  if (child->count == 0) {
    free_node(map, parent->items[at]);
    remove_at(parent, at);
    return true;
  }
  if (at + 1 < parent->count && child->count + map->nodes[parent->items[at + 1]].count <= FANOUT / 2)
    merge(map, parent, at);
  else if (at > 0 && child->count + map->nodes[parent->items[at - 1]].count <= FANOUT / 2)
    merge(map, parent, at - 1);
  else
    return false;
  return true;
}

bool ms_address_map_remove(struct ms_address_map *map, uint64_t key) {
  struct ms_address_node *known = hinted(map, key);
  if (known && known->count > FANOUT / 4) { /* it is not so small that it could be merged */
    int there = place(known, key);
    if (known->keys[there] != key)
      return false;
    remove_at(known, (uint32_t)there);
    map->count--;
    return true;
  }
  struct path path;
  if (!descend(map, key, &path))
    return false;
  struct ms_address_node *leaf = &map->nodes[path.steps[path.height].node];
  int at = path.steps[path.height].at;
  if (at < 0 || leaf->keys[at] != key)
    return false;
  remove_at(leaf, (uint32_t)at);
  map->count--;
  for (uint32_t level = path.height; level-- > 0;)
    if (!shrink(map, &map->nodes[path.steps[level].node], (uint32_t)path.steps[level].at))
      break;
  if (!map->count) {
    ms_address_map_fini(map);
    return true;
  }
  while (!map->nodes[map->root].is_leaf && map->nodes[map->root].count == 1) {
    uint32_t old = map->root;
    map->root = map->nodes[old].items[0];
    free_node(map, old);
  }
  return true;
}
