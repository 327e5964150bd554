// A table is filled for ever; its array grows too.
// FIND: leak.growing name=names[]
#include "planted.h"
static char **names;
static size_t used, room;
static NOINLINE void remember(int i) {
  char text[32];
  snprintf(text, sizeof text, "name %d", i);
#ifdef FIXED
  if (used == 64) {
    free(names[0]);
    memmove(names, names + 1, 63 * sizeof *names);
    used--;
  }
#endif
  if (used == room) {
    room = room ? room * 2 : 16;
    names = realloc(names, room * sizeof *names);
  }
  names[used++] = strdup(text);
  use(names);
}
int main(void) {
  for (int i = 0; i < 1500; i++)
    remember(i);
  return 0;
}
