// A pointer is stored behind an array of pointers; what stands before the store reads the place, which
// is one bad write all the same.
// OPTIONS: guard=1
// FIND: overflow.heap name=names at=@born used=@bad words=a.write.runs.past.the.end.of.names..which.has.32.bytes
#include "planted.h"
static size_t count = 4;
static NOINLINE void put(char **names, size_t i, char *name) {
  names[i] = name; // @bad
}
int main(void) {
  use(&count);
  char **names = calloc(count, sizeof *names); // @born
  use(names);
  char *name = malloc(16);
  use(name);
#ifdef FIXED
  put(names, count - 1, name);
#else
  put(names, count, name);
#endif
  use(names);
  free(name);
  free(names);
  return 0;
}
