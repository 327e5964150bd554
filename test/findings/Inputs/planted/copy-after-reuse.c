// The freed block's memory belongs to another block when the old pointer is copied.
// FIND: dangling.copy used=@copy freed=@free words=another.block
// FIND: dangling.slot slot=victim
#include "planted.h"
static char *victim, *other, *copy;
static NOINLINE void again(void) {
  copy = victim; // @copy
  use(copy);
}
int main(void) {
  victim = malloc(48);
  use(victim);
  free(victim); // @free
#ifdef FIXED
  victim = NULL;
  use(&victim);
#endif
  other = malloc(48);
  use(other);
  again();
  free(other);
  other = copy = NULL;
  use(&copy);
  return 0;
}
