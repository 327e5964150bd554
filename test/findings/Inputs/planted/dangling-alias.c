// Two globals share a block; it is freed through one and the other is forgotten.
// FIND: dangling.slot freed=@free slot=backup
#include "planted.h"
static char *primary, *backup;
int main(void) {
  primary = strdup("shared");
  use(primary);
  backup = primary;
  use(backup);
  free(primary); // @free
  primary = NULL;
#ifdef FIXED
  backup = NULL;
#endif
  use(&backup);
  return 0;
}
