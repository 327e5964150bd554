// The loop reads the next link of the node that it has just freed: one finding, not one a node.
// FIND: use-after-free name=n slot=n freed=@free used=@use
#include "planted.h"
struct node { int value[4]; struct node *next; };
NOINLINE static struct node *make(int count) {
  struct node *head = NULL;
  for (int i = 0; i < count; i++) {
    struct node *n = malloc(sizeof *n);
    n->next = head;
    n->value[0] = i;
    head = n;
  }
  return head;
}
int main(void) {
  struct node *next;
  for (struct node *n = make(5); n; n = next) {
#ifdef FIXED
    next = n->next;
    free(n);
#else
    free(n); // @free
    next = n->next; // @use
#endif
  }
  return 0;
}
