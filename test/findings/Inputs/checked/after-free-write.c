// A field is written after its block was freed.
// FIND: use-after-free name=it slot=it freed=@free used=@use words=write.of.4.bytes
#include "planted.h"
struct item { char name[16]; int count; };
int main(void) {
  struct item *it = malloc(sizeof *it);
  use(it);
#ifndef FIXED
  free(it); // @free
#endif
  it->count = 4; // @use
  use(it);
#ifdef FIXED
  free(it);
#endif
  return 0;
}
