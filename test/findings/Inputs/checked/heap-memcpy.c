// memcpy of more than was allocated.
// FIND: overflow.heap name=copy slot=copy at=@birth used=@use words=write.of.64.bytes
#include "planted.h"
#ifdef FIXED
#define SIZE 64
#else
#define SIZE 60
#endif
static char from[64];
NOINLINE static void fill(char *copy, size_t n) {
  memcpy(copy, from, n); // @use
}
int main(void) {
  char *copy = malloc(SIZE); // @birth
  fill(copy, 64);
  use(copy);
  free(copy);
  return 0;
}
