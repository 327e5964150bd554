// A pointer into a block that has been freed is freed.
// FIND: free.interior used=@free freed=@first
// FIND: dangling.slot slot=header
// FIND: dangling.slot slot=body
// EXIT: crash
#include "planted.h"
static char *header, *body;
int main(void) {
  header = malloc(64);
  use(header);
  body = header + 16;
  use(body);
  free(header); // @first
#ifndef FIXED
  free(body); // @free
#endif
  header = body = NULL;
  use(&body);
  use(&header);
  return 0;
}
