// A structure is copied; both copies free the name.
// FIND: free.double freed=@first used=@first slot=r->name
// FIND: dangling.slot slot=b->name optional
// EXIT: crash
#include "planted.h"
struct rec { char *name; };
static NOINLINE void destroy(struct rec *r) {
  free(r->name); // @first
  free(r);
}
int main(void) {
  struct rec *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  a->name = strdup("both");
  use(a->name);
  *b = *a;
#ifdef FIXED
  b->name = strdup(a->name);
#endif
  use(b);
  destroy(a);
  destroy(b);
  return 0;
}
