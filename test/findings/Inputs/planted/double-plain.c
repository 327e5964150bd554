// The same pointer is freed twice.
// FIND: free.double name=p freed=@first used=@second
// EXIT: crash
#include "planted.h"
int main(void) {
  char *p = malloc(40);
  use(p);
  free(p); // @first
  use(p);
#ifndef FIXED
  free(p); // @second
#endif
  return 0;
}
