// A string on the stack has no end.
// FIND: overflow.stack name=word used=@use words=read
#include "planted.h"
int main(void) {
  char word[4];
  memcpy(word, "word", 4);
  use(word);
#ifdef FIXED
  size_t n = strnlen(word, 4);
#else
  size_t n = strlen(word); // @use
#endif
  return n == 77;
}
