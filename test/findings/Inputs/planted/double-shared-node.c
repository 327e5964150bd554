// Two lists share a node; destroying both frees it twice.
// FIND: free.double used=@free freed=@free
// EXIT: crash
#include "planted.h"
struct node { struct node *next; };
static NOINLINE struct node *cons(struct node *next) {
  struct node *n = malloc(sizeof *n);
  n->next = next;
  use(n);
  return n;
}
static NOINLINE void destroy(struct node *n) {
  while (n) {
    struct node *next = n->next;
    free(n); // @free
    n = next;
  }
}
int main(void) {
  struct node *a = cons(cons(NULL)), *shared = a->next;
#ifdef FIXED
  struct node *b = cons(cons(NULL));
  use(shared);
#else
  struct node *b = cons(shared);
#endif
  destroy(a);
  destroy(b);
  return 0;
}
