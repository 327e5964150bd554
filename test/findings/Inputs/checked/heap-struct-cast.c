// A block is used as a larger structure than was allocated.
// FIND: overflow.heap name=p slot=as_large used=@use
#include "planted.h"
struct small { int a, b; };
struct large { int a, b, c, d; };
NOINLINE static void set(struct large *as_large) {
  as_large->d = 1; // @use
}
int main(void) {
#ifdef FIXED
  struct large *p = malloc(sizeof(struct large));
#else
  struct small *p = malloc(sizeof *p);
#endif
  set((struct large *)p);
  use(p);
  free(p);
  return 0;
}
