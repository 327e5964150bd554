// The block is freed through one pointer and used through another.
// FIND: use-after-free name=session slot=current freed=@free used=@use
// FIND: dangling.slot slot=current
#include "planted.h"
struct session { int id; };
static struct session *current;
NOINLINE static int id(void) {
  return current->id; // @use
}
int main(void) {
  struct session *session = malloc(sizeof *session);
  session->id = 9;
  current = session;
  use(&current);
#ifndef FIXED
  free(session); // @free
#endif
  int n = id();
#ifdef FIXED
  current = NULL;
  use(&current);
  free(session);
#endif
  return n == 77;
}
