// A library frees what it is given, and the program keeps pointing there.
// OPAQUE: opaque/registry.c
// FIND: foreign.frees name=last
// FIND: dangling.slot slot=last
#include "planted.h"
void registry_consume(char *value);
static char *last;
int main(void) {
  last = strdup("gone");
  use(last);
#ifdef FIXED
  free(last);
#else
  registry_consume(last);
#endif
#ifdef FIXED
  last = NULL;
#endif
  use(&last);
  return 0;
}
