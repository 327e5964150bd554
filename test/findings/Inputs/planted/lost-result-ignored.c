// A function returns a fresh block and the caller ignores it.
// FIND: leak.lost lost=@born words=not.used
#include "planted.h"
static NOINLINE char *trimmed(const char *s) {
  char *copy = strdup(s + 1);
  use(copy);
  return copy;
}
int main(void) {
#ifdef FIXED
  free(trimmed(" a"));
#else
  trimmed(" a"); // @born
#endif
  return 0;
}
