// A doubly linked ring loses its head.
// FIND: leak.cycle lost=@gone slot=ring blocks=5
#include "planted.h"
struct link { struct link *next, *prev; };
static struct link *ring;
static NOINLINE void add(void) {
  struct link *l = malloc(sizeof *l);
  if (!ring) {
    l->next = l->prev = l;
    ring = l;
  } else {
    l->next = ring;
    l->prev = ring->prev;
    ring->prev->next = l;
    ring->prev = l;
  }
  use(l);
}
int main(void) {
  for (int i = 0; i < 5; i++)
    add();
#ifdef FIXED
  ring->prev->next = NULL;
  while (ring) {
    struct link *next = ring->next;
    free(ring);
    ring = next;
  }
#endif
  ring = NULL; // @gone
  use(&ring);
  return 0;
}
