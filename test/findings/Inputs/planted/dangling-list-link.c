// A node is freed while its neighbour still points at it.
// FIND: dangling.slot freed=@free slot=a->next
#include "planted.h"
struct node { struct node *next; };
static struct node *list;
int main(void) {
  struct node *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
  use(a);
  use(b);
  a->next = b;
  list = a;
#ifdef FIXED
  list->next = NULL;
  use(list);
#endif
  free(b); // @free
  return 0;
}
