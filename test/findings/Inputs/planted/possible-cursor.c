// The only pointer to a buffer is moved into it.
// FIND: leak.possible name=cursor at=@born lost=@gone
#include "planted.h"
static char *cursor;
int main(void) {
  cursor = malloc(100); // @born
  use(cursor);
#ifdef FIXED
  char *start = cursor;
  for (int i = 0; i < 10; i++)
    cursor++;
  use(cursor);
  free(start);
  cursor = NULL;
#else
  cursor = cursor + 10; // @gone
#endif
  use(&cursor);
  return 0;
}
