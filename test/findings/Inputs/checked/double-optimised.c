// A double free of a block that is never used: an optimiser deletes all of it.
// FIND: free.double name=p freed=@first used=@second
#include "planted.h"
int main(void) {
  char *p = malloc(40);
  free(p); // @first
#ifndef FIXED
  free(p); // @second
#endif
  return 0;
}
