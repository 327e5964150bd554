// Values stay in the library's list after they were freed.
// OPAQUE: opaque/registry.c
// FIND: foreign.keeps freed=@free blocks=3 words=libregistry
#include "planted.h"
void registry_put(void *value);
void registry_remove(const void *value);
static char *values[8];
int main(void) {
  for (int i = 0; i < 8; i++) {
    values[i] = calloc(1, 24);
    use(values[i]);
    registry_put(values[i]);
  }
  for (int i = 0; i < 8; i++) {
#ifndef FIXED
    if (i > 2)
#endif
      registry_remove(values[i]);
    free(values[i]); // @free
    values[i] = NULL;
  }
  use(values);
  return 0;
}
