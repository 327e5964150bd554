// The head of a list is set to NULL: the first node is lost, the others hang on it.
// FIND: leak.lost name=n lost=@gone slot=head words=overwritten blocks=1
// FIND: leak.indirect name=n blocks=3
#include "planted.h"
struct node { struct node *next; int value; };
static struct node *head;
static NOINLINE void push(int value) {
  struct node *n = malloc(sizeof *n);
  n->value = value;
  n->next = head;
  use(n);
  head = n;
}
int main(void) {
  for (int i = 0; i < 4; i++)
    push(i);
#ifdef FIXED
  while (head) {
    struct node *next = head->next;
    free(head);
    head = next;
  }
#endif
  head = NULL; // @gone
  use(&head);
  return 0;
}
