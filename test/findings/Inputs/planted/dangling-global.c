// A global keeps pointing at a freed block and nobody ever dereferences it.
// FIND: dangling.slot name=current freed=@free slot=current
#include "planted.h"
static char *current;
int main(void) {
  current = malloc(30);
  use(current);
  free(current); // @free
#ifdef FIXED
  current = NULL;
  use(&current);
#endif
  return 0;
}
