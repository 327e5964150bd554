// A name is looked up with a number that is one too high.
// FIND: overflow.global name=names used=@use words=read.of.8.bytes
#include "planted.h"
static const char *names[3] = {"one", "two", "three"};
NOINLINE static const char *name(int i) {
  return names[i]; // @use
}
int main(void) {
  use(names);
#ifdef FIXED
  volatile int last = 2;
#else
  volatile int last = 3;
#endif
  return name(last) == names[0];
}
