// What a freed structure pointed at is printed through it.
// FIND: use-after-free name=u slot=u freed=@free used=@use
#include "planted.h"
struct user { int id[4]; char *name; };
int main(void) {
  struct user *u = malloc(sizeof *u);
  char *name = strdup("someone");
  u->name = name;
  use(u);
#ifndef FIXED
  free(u); // @free
#endif
  size_t n = strlen(u->name); // @use
#ifdef FIXED
  free(u);
#endif
  free(name);
  return n == 77;
}
