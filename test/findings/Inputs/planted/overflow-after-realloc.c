// A line is cut to its length, and the terminator is written where it would have been before.
// FIND: overflow.heap name=line at=@cut noticed=@gone
#include "planted.h"
int main(void) {
  char *line = malloc(120);
  memset(line, 'x', 120);
  use(line);
  line = realloc(line, 56); // @cut
  use(line);
#ifdef FIXED
  line[55] = '\0';
#else
  line[56] = '\0';
#endif
  use(line);
  free(line); // @gone
  return 0;
}
