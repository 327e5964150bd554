// realloc moves a buffer; another pointer to it is not brought up to date.
// FIND: dangling.slot freed=@move slot=tail
#include "planted.h"
static char *buffer, *tail;
int main(void) {
  buffer = malloc(16);
  tail = buffer + 8;
  use(buffer);
  use(tail);
  buffer = realloc(buffer, 4096); // @move
  use(buffer);
#ifdef FIXED
  tail = buffer + 8;
  use(tail);
#endif
  free(buffer);
  buffer = NULL;
#ifdef FIXED
  tail = NULL;
  use(&tail);
#endif
  return 0;
}
