// The old pointer is used after realloc has moved the block.
// FIND: use-after-free name=list freed=@move used=@use
#include "planted.h"
int main(void) {
  int *list = malloc(4 * sizeof *list);
  list[0] = 1;
  use(list);
  int *larger = realloc(list, 4000 * sizeof *list); // @move
  use(larger);
#ifdef FIXED
  int n = larger[0];
#else
  int n = list[0]; // @use
#endif
  free(larger);
  return n == 77;
}
