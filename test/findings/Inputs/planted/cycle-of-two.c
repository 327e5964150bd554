// Two nodes point at each other, nobody at them.
// FIND: leak.cycle lost=@gone slot=pair blocks=2 advice=struct.peer.other
#include "planted.h"
struct peer { struct peer *other; int id; };
static struct peer *pair;
int main(void) {
  struct peer *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  a->other = b;
  b->other = a;
  use(a);
  use(b);
  pair = a;
  a = b = NULL;
  use(a);
  use(b);
#ifdef FIXED
  free(pair->other);
  free(pair);
#endif
  pair = NULL; // @gone
  use(&pair);
  return 0;
}
