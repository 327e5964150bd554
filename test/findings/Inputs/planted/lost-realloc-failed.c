// The result of a realloc that fails replaces the only pointer.
// FIND: leak.lost name=text at=@born lost=@gone slot=text words=overwritten
#include "planted.h"
static char *text;
static size_t huge = (size_t)1 << 62;
int main(void) {
  text = malloc(100); // @born
  use(text);
  use(&huge);
#ifdef FIXED
  char *more = realloc(text, huge);
  if (!more)
    free(text);
  text = more;
#else
  text = realloc(text, huge); // @gone
#endif
  use(text);
  return text != NULL;
}
