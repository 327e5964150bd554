// The pointer from before a realloc that moved is freed.
// FIND: free.double used=@second
// EXIT: crash
#include "planted.h"
int main(void) {
  char *p = malloc(16);
  use(p);
  char *q = realloc(p, 9000);
  use(q);
  use(p);
#ifdef FIXED
  free(q);
#else
  free(p); // @second
#endif
  return 0;
}
