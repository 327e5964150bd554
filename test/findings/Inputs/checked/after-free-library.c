// A library function reads a freed string.
// FIND: use-after-free name=line slot=line freed=@free used=@use
#include "planted.h"
int main(void) {
  char copy[32];
  char *line = strdup("a line of text");
  use(line);
#ifndef FIXED
  free(line); // @free
#endif
  memcpy(copy, line, 8); // @use
  use(copy);
#ifdef FIXED
  free(line);
#endif
  return 0;
}
