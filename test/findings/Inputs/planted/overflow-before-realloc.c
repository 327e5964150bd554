// The block is overrun and then made larger: it is noticed when it moves.
// FIND: overflow.heap name=list at=@born noticed=@more words=by.realloc
#include "planted.h"
static long *list;
static size_t count = 4;
int main(void) {
  use(&count);
  list = malloc(count * sizeof *list); // @born
#ifdef FIXED
  for (size_t i = 0; i < count; i++)
#else
  for (size_t i = 0; i <= count; i++)
#endif
    list[i] = (long)i;
  use(list);
  list = realloc(list, 100 * count); // @more
  use(list);
  free(list);
  list = NULL;
  return 0;
}
