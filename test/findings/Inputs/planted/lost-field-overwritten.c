// A member gets a second string while it owns the first.
// FIND: leak.lost name=it->name at=@born lost=@gone slot=it->name words=overwritten
#include "planted.h"
struct item { char *name; int n; };
int main(void) {
  struct item *it = malloc(sizeof *it);
  it->name = strdup("first"); // @born
  use(it->name);
  use(it);
#ifdef FIXED
  free(it->name);
#endif
  it->name = strdup("second"); // @gone
  use(it->name);
  free(it->name);
  free(it);
  return 0;
}
