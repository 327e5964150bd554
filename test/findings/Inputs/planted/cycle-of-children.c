// The children of a node know each other; the parent's field was the only way to them. That a
// local walked over them later is not what lost them.
// FIND: leak.cycle name=* lost=@gone slot=parent->child words=overwritten blocks=3
#include "planted.h"
struct node {
  struct node *next, *prev, *child;
};
static NOINLINE void add(struct node *parent, struct node *item) {
  if (!parent->child) {
    parent->child = item;
    item->prev = item;
    return;
  }
  struct node *last = parent->child->prev;
  last->next = item;
  item->prev = last;
  parent->child->prev = item;
}
static NOINLINE unsigned count(const struct node *parent) {
  unsigned n = 0;
  for (const struct node *item = parent->child; item; item = item->next) {
    n++;
  }
  return n;
}
static NOINLINE void drop(struct node *parent) {
#ifdef FIXED
  for (struct node *item = parent->child, *next; item; item = next) {
    next = item->next;
    free(item);
  }
#endif
  parent->child = NULL; // @gone
}
int main(void) {
  struct node *root = calloc(1, sizeof *root);
  for (int i = 0; i < 3; i++) {
    add(root, calloc(1, sizeof *root));
  }
  unsigned n = count(root);
  use(&n);
  drop(root);
  use(root);
  free(root);
  return 0;
}
