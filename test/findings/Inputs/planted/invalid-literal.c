// A string literal is freed.
// FIND: free.invalid used=@free
// EXIT: crash
#include "planted.h"
struct opt { char *value; };
int main(void) {
  struct opt o = {(char *)"literal value"};
#ifdef FIXED
  o.value = strdup(o.value);
#endif
  use(&o);
  free(o.value); // @free
  return 0;
}
