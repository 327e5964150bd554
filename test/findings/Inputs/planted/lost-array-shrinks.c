// An array of strings is cut short by realloc; the strings behind the cut are lost.
// FIND: leak.lost name=names[] at=@born lost=@gone blocks=6
#include "planted.h"
int main(void) {
  char **names = malloc(8 * sizeof *names);
  for (int i = 0; i < 8; i++) {
    names[i] = strdup("name"); // @born
    use(names[i]);
  }
  use(names);
#ifdef FIXED
  for (int i = 2; i < 8; i++)
    free(names[i]);
#endif
  names = realloc(names, 2 * sizeof *names); // @gone
  use(names);
  free(names[0]);
  free(names[1]);
  free(names);
  return 0;
}
