// The address of a local variable is freed.
// FIND: free.invalid used=@free
#include "planted.h"
NOINLINE static void release(void *what) {
#ifndef FIXED
  free(what); // @free
#else
  use(what);
#endif
}
int main(void) {
  int local = 1;
  release(&local);
  use(&local);
  return 0;
}
