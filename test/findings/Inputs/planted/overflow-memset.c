// The size of a pointer's target is taken for that of the whole.
// FIND: overflow.heap name=buffer at=@born noticed=@gone words=12.bytes.right.behind.the.end
#include "planted.h"
static size_t size = 100;
int main(void) {
  use(&size);
  char *buffer = malloc(size); // @born
#ifdef FIXED
  memset(buffer, 0, size);
#else
  memset(buffer, 0, size + 24);
#endif
  use(buffer);
  free(buffer); // @gone
  return 0;
}
