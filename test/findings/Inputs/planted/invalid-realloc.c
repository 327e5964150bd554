// realloc of a static array.
// FIND: free.invalid used=@grow
// EXIT: crash
#include "planted.h"
static char first[128];
static char *buffer = first;
int main(void) {
  use(&buffer);
#ifdef FIXED
  char *more = malloc(1000);
  memcpy(more, first, sizeof first);
  use(more);
  free(more);
#else
  buffer = realloc(buffer, 1000); // @grow
  use(buffer);
  free(buffer);
#endif
  return 0;
}
