// A listener is freed while the library still has its address.
// OPAQUE: opaque/registry.c
// FIND: foreign.keeps name=l freed=@free advice=registry
#include "planted.h"
void registry_listen(void *l);
struct listener { int fd; };
static NOINLINE void run(void) {
  struct listener *l = malloc(sizeof *l);
  l->fd = 1;
  use(l);
  registry_listen(l);
#ifdef FIXED
  registry_listen(NULL);
#endif
  free(l); // @free
}
int main(void) {
  run();
  return 0;
}
