// A member inside a structure is freed.
// FIND: free.interior name=w used=@free
// EXIT: crash
#include "planted.h"
struct widget { long id; struct { long a, b; } part; };
int main(void) {
  struct widget *w = malloc(sizeof *w);
  use(w);
#ifdef FIXED
  free(w);
#else
  free(&w->part); // @free
#endif
  return 0;
}
