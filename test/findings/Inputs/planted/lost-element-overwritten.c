// A table entry is replaced, the old one is not freed.
// FIND: leak.lost name=table[] at=@born lost=@gone slot=table[] words=overwritten
#include "planted.h"
static char *table[8];
static NOINLINE void put(unsigned slot, const char *value) {
#ifdef FIXED
  free(table[slot % 8]);
#endif
  table[slot % 8] = strdup(value); // @born @gone
  use(table[slot % 8]);
}
int main(void) {
  put(1, "one");
  put(9, "nine");
  free(table[1]);
  table[1] = NULL;
  return 0;
}
