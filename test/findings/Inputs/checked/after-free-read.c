// A field is read after its block was freed.
// FIND: use-after-free name=it slot=it at=@birth freed=@free used=@use words=read.of.4.bytes
#include "planted.h"
struct item { char name[16]; int count; };
int main(void) {
  struct item *it = malloc(sizeof *it); // @birth
  it->count = 3;
  use(it);
#ifndef FIXED
  free(it); // @free
#endif
  int n = it->count; // @use
#ifdef FIXED
  free(it);
#endif
  return n == 77;
}
