// The error path frees, and the common clean-up frees again.
// FIND: free.double name=buf freed=@first used=@second
// EXIT: crash
#include "planted.h"
static NOINLINE int convert(int bad) {
  char *buf = malloc(70);
  int r = 0;
  use(buf);
  if (bad) {
    free(buf); // @first
#ifdef FIXED
    buf = NULL;
#endif
    r = 1;
  }
  use(buf);
  free(buf); // @second
  return r;
}
int main(void) {
  convert(0);
  return convert(1) - 1;
}
