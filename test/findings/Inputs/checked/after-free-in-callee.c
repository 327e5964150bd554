// A callee frees its argument, another uses it.
// FIND: use-after-free name=s slot=text freed=@free used=@use
#include "planted.h"
NOINLINE static void finish(char *done) {
  use(done);
#ifndef FIXED
  free(done); // @free
#endif
}
NOINLINE static int first(const char *text) {
  return text[0]; // @use
}
int main(void) {
  char *s = strdup("word");
  finish(s);
  int c = first(s);
#ifdef FIXED
  free(s);
#endif
  return c == 'x';
}
