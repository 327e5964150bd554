// A variable gets another block by another statement.
// FIND: leak.lost name=text at=@born lost=@gone slot=text words=overwritten|another.value
#include "planted.h"
static NOINLINE char *duplicate(const char *text) {
  char *copy = malloc(strlen(text) + 1);
  return copy ? strcpy(copy, text) : NULL;
}
static NOINLINE int twice(void) {
  char *text = duplicate("first"); // @born
  use(text);
#ifdef FIXED
  free(text);
#endif
  text = duplicate("second"); // @gone
  use(text);
  free(text);
  return 0;
}
int main(void) {
  return twice();
}
