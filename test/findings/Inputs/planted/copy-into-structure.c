// A freed string is put into a new structure.
// FIND: dangling.copy used=@copy freed=@free
// FIND: dangling.slot slot=r->name optional
#include "planted.h"
struct record { char *name; };
static struct record *stored;
static NOINLINE void store(struct record *r, char *name) {
  r->name = name; // @copy
  use(r);
}
int main(void) {
  struct record *r = calloc(1, sizeof *r);
  char *name = strdup("gone");
  use(r);
  use(name);
  stored = r;
#ifdef FIXED
  store(r, name);
  r->name = NULL;
  use(r);
  free(name);
#else
  free(name); // @free
  store(r, name);
#endif
  return 0;
}
