// The copy has no room for the terminator.
// FIND: overflow.heap name=copy at=@born noticed=@gone words=1.byte.right.behind.the.end.of.copy words=00
#include "planted.h"
static char *text = "sixteen letters!";
int main(void) {
  use(&text);
#ifdef FIXED
  char *copy = malloc(strlen(text) + 1);
#else
  char *copy = malloc(strlen(text)); // @born
#endif
  strcpy(copy, text);
  use(copy);
  free(copy); // @gone
  return 0;
}
