// Room for the terminating NUL was forgotten.
// FIND: overflow.heap name=copy slot=copy at=@birth used=@use words=which.has.5.bytes
#include "planted.h"
NOINLINE static char *duplicate(const char *s) {
#ifdef FIXED
  char *copy = malloc(strlen(s) + 1);
#else
  char *copy = malloc(strlen(s));
#endif
  strcpy(copy, s); // @use
  return copy;
}
int main(int argc, char **argv) {
  char *copy = duplicate(argc > 5 ? argv[0] : "hello"); // @birth
  use(copy);
  free(copy);
  return 0;
}
