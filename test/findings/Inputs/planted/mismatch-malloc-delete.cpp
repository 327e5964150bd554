// A block from malloc is deleted.
// FIND: free.mismatch name=p used=@free
#include "planted.h"
int main() {
  int *p = static_cast<int *>(malloc(sizeof(int)));
  use(p);
#ifdef FIXED
  free(p);
#else
  delete p; // @free
#endif
  return 0;
}
