// A block of the source ends, and with it the only variable that had got the memory.
// FIND: leak.lost name=copy at=@born lost.full.O2=@gone lost.refs.O2=@gone words=scope blocks=3
#include "planted.h"
static NOINLINE char *duplicate(const char *text) {
  char *copy = malloc(strlen(text) + 1);
  return copy ? strcpy(copy, text) : NULL;
}
int main(void) {
  size_t sum = 0;
  for (int i = 0; i < 3; i++) {
    char *copy = duplicate("turn"); // @born
    if (!copy)
      continue;
    use(copy);
    sum += strlen(copy);
#ifdef FIXED
    free(copy);
#endif
  } // @gone
  return sum != 12;
}
