// A node without children keeps, behind its end, the link to the child that was freed. Nobody owns it twice: what else
// held the child is an iterator, a local variable, which got the link by memcpy as well. (redis' rax.c)
// FIND: dangling.slot freed=@free slot=*link
// FIND: leak.reachable optional
#include "planted.h"
struct node { unsigned size; unsigned char data[]; };
struct iterator { struct tree *tree; struct node *node; };
struct tree { struct node *head; };
static struct tree *kept;
static NOINLINE struct node *node_new(size_t links) {
  struct node *n = calloc(1, sizeof *n + 4 + links * sizeof(struct node *));
  return n;
}
static struct node **link_of(struct node *n) { return (struct node **)(n->data + 4); }
static NOINLINE void insert(struct tree *t) {
  struct node *child = node_new(0);
  struct node **link = link_of(t->head);
  memcpy(link, &child, sizeof child);
  t->head->size = 1;
  use(t);
}
static NOINLINE void drop(struct tree *t) {
  struct node *child;
  memcpy(&child, link_of(t->head), sizeof child);
  t->head->size = 0;
  free(child); // @free
#ifdef FIXED
  memset(link_of(t->head), 0, sizeof child);
#endif
  use(t);
}
static NOINLINE unsigned first(struct iterator *it) {
  struct node **link = link_of(it->tree->head);
  memcpy(&it->node, link, sizeof it->node);
  use(it);
  return it->node->size;
}
static NOINLINE unsigned expire(struct tree *t) {
  struct iterator it = {t, t->head};
  use(&it);
  unsigned n = first(&it);
  drop(t);
  use(&it);
  return n;
}
int main(void) {
  kept = malloc(sizeof *kept);
  kept->head = node_new(1);
  for (int i = 0; i < 40; i++) {
    insert(kept);
    drop(kept);
  }
  insert(kept);
  expire(kept);
  use(&kept);
  return 0;
}
