// A text without its terminator is read by a library function: the line is that of the call.
// OPTIONS: guard=1
// FIND: overflow.heap name=key at=@born used=@bad words=a.read.runs.past.the.end.of.key
#include "planted.h"
static NOINLINE size_t length_of(const char *text) {
  size_t n = strlen(text); // @bad
  use(&n);
  return n;
}
int main(void) {
  char *key = malloc(32); // @born
  memset(key, 'k', 32);
#ifdef FIXED
  key[31] = '\0';
#endif
  use(key);
  size_t n = length_of(key);
  use(&n);
  free(key);
  return 0;
}
