// Four bytes before a block are written: they belong to the block before it, and both are named.
// FIND: overflow.heap name=first at=@born at=@other noticed=@gone words=between.first..which.has.64.bytes..and.second
#include "planted.h"
int main(void) {
  char *first = malloc(64); // @born
  use(first);
  int *second = malloc(64); // @other
  use(second);
#ifdef FIXED
  second[0] = 1;
#else
  second[-1] = 1;
#endif
  use(second);
  free(first); // @gone
  free(second);
  return 0;
}
