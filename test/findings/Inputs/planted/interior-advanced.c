// A pointer is moved on before it is freed.
// FIND: free.interior used=@free
// EXIT: crash
#include "planted.h"
int main(void) {
  char *p = strdup("  text"), *start = p;
  use(p);
  while (*p == ' ')
    p++;
  use(p);
#ifdef FIXED
  free(start);
#else
  use(start);
  free(p); // @free
#endif
  return 0;
}
