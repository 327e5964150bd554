// A node is taken out of a list and not freed.
// FIND: leak.lost lost=@gone words=overwritten
#include "planted.h"
struct node { struct node *next; int key; };
static struct node *head;
static NOINLINE void drop(int key) {
  for (struct node **at = &head; *at; at = &(*at)->next)
    if ((*at)->key == key) {
#ifdef FIXED
      struct node *gone = *at;
      *at = gone->next;
      free(gone);
#else
      *at = (*at)->next; // @gone
#endif
      return;
    }
}
int main(void) {
  for (int i = 0; i < 3; i++) {
    struct node *n = malloc(sizeof *n);
    n->key = i;
    n->next = head;
    use(n);
    head = n;
  }
  drop(1);
  while (head) {
    struct node *next = head->next;
    head->next = NULL;
    use(head);
    free(head);
    head = next;
  }
  return 0;
}
