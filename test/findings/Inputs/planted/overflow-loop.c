// A loop that runs once too often writes one element behind the array.
// FIND: overflow.heap name=squares at=@born noticed=@gone words=behind.the.end.of.squares..which.has.40.bytes
#include "planted.h"
#ifdef FIXED
#define BEYOND(i, n) ((i) >= (n))
#else
#define BEYOND(i, n) ((i) > (n))
#endif
static int count = 10;
int main(void) {
  use(&count);
  int *squares = malloc((size_t)count * sizeof *squares); // @born
  for (int i = 0; !BEYOND(i, count); i++)
    squares[i] = i * i;
  use(squares);
  free(squares); // @gone
  return 0;
}
