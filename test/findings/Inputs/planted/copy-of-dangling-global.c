// A pointer to a freed block is copied to another place.
// FIND: dangling.copy used=@copy freed=@free
// FIND: dangling.slot slot=session
// FIND: dangling.slot slot=saved optional
#include "planted.h"
static char *session, *saved;
static NOINLINE void save(void) {
  saved = session; // @copy
  use(saved);
}
int main(void) {
  session = malloc(20);
  use(session);
#ifdef FIXED
  save();
  free(session);
  session = saved = NULL;
  use(&saved);
#else
  free(session); // @free
  save();
#endif
  return 0;
}
