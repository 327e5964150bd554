// Two members that lie side by side are cleared, each in its line: the optimiser makes one store of it.
// FIND: leak.lost name=n->prev lost=@prev slot=n->prev words=overwritten
// FIND: leak.lost name=n->next lost=@next slot=n->next words=overwritten
#include "planted.h"
struct node {
  struct node *next, *prev;
  int value;
};
static NOINLINE void detach(struct node *n) {
#ifdef FIXED
  free(n->prev);
  free(n->next);
#endif
  n->prev = NULL; // @prev
  n->next = NULL; // @next
}
int main(void) {
  struct node *n = malloc(sizeof *n);
  n->prev = malloc(sizeof *n);
  n->next = malloc(sizeof *n);
  use(n);
  detach(n);
  use(n);
  free(n);
  return 0;
}
