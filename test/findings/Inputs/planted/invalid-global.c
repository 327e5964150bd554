// A default value is a static array, the clean-up frees it.
// FIND: free.invalid name=path used=@free
// EXIT: crash
#include "planted.h"
static char fallback[64] = "/tmp";
static char *path = fallback;
int main(void) {
  use(&path);
#ifdef FIXED
  if (path != fallback)
#endif
    free(path); // @free
  return 0;
}
