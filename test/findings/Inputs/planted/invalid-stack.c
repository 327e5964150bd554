// A local array is freed.
// FIND: free.invalid used=@free
// EXIT: crash
#include "planted.h"
int main(void) {
  char local[32], *p = local;
  char *heap = malloc(3);
  use(local);
#ifdef FIXED
  p = heap;
#endif
  use(&p);
  use(heap);
  free(p); // @free
  return 0;
}
