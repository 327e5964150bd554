// A child that is adopted elsewhere still points at its old parent when that is freed.
// FIND: ownership.borrow-outlives freed=@free slot=c->parent
// FIND: dangling.slot freed=@free slot=c->parent
#include "planted.h"
struct node { struct node *parent, *child; };
static struct node *tree, *adopted;
static NOINLINE void grow(struct node *p) {
  struct node *c = calloc(1, sizeof *c);
  c->parent = p;
  p->child = c;
  use(c);
}
static NOINLINE void prune(struct node *p) {
  struct node *c = p->child;
  c->parent = NULL;
  use(c);
  free(c);
  p->child = NULL;
}
int main(void) {
  for (int i = 0; i < 6; i++) {
    tree = calloc(1, sizeof *tree);
    use(tree);
    grow(tree);
    if (i < 5) {
      prune(tree);
    } else {
      adopted = tree->child;
      tree->child = NULL;
#ifdef FIXED
      adopted->parent = NULL;
#endif
      use(adopted);
    }
    free(tree); // @free
    tree = NULL;
  }
  use(&adopted);
  return 0;
}
