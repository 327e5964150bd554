// realloc to size 0 frees; the program frees again.
// FIND: free.double used=@second
// EXIT: crash
#include "planted.h"
static size_t none;
int main(void) {
  char *p = malloc(40);
  use(p);
  use(&none);
#ifndef FIXED
  char *q = realloc(p, none);
  use(q);
#endif
  use(p);
  free(p); // @second
  return 0;
}
