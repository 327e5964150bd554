// A cycle is lost; a name hangs on it.
// FIND: leak.cycle lost=@gone slot=session blocks=2
// FIND: leak.indirect name=a->label
#include "planted.h"
struct end { struct end *peer; char *label; };
static struct end *session;
static NOINLINE void connect_ends(void) {
  struct end *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
  a->label = strdup("left");
  a->peer = b;
  b->peer = a;
  use(a->label);
  session = a;
}
int main(void) {
  connect_ends();
#ifdef FIXED
  free(session->label);
  free(session->peer);
  free(session);
#endif
  session = NULL; // @gone
  use(&session);
  return 0;
}
