// An object from new is freed by C code.
// FIND: free.mismatch used=@free
#include "planted.h"
struct point { double x, y; };
static NOINLINE void release(void *p) {
#ifdef FIXED
  delete static_cast<point *>(p);
#else
  free(p); // @free
#endif
}
int main() {
  point *p = new point{1, 2};
  use(p);
  release(p);
  return 0;
}
