// An index of -1 from a failed search, scaled.
// FIND: overflow.heap name=list used=@use words=8.bytes.before.the.start.of
#include "planted.h"
NOINLINE static int find(const long *list, long value) {
  for (int i = 0; i < 4; i++)
    if (list[i] == value)
      return i;
  return -1;
}
int main(void) {
  long *list = calloc(4, sizeof *list);
  int i = find(list, 5);
#ifdef FIXED
  if (i >= 0)
#endif
  list[i] = 6; // @use
  use(list);
  free(list);
  return 0;
}
