// A block that nothing uses is lost; its allocation is not optimised away.
// FIND: leak.lost name=p at=@birth
#include "planted.h"
NOINLINE static void forget(void) {
  char *p = malloc(30); // @birth
#ifdef FIXED
  free(p);
#endif
}
int main(void) {
  forget();
  return 0;
}
