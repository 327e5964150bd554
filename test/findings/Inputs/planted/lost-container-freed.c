// A structure is freed before what its member points at.
// FIND: leak.lost name=p->title at=@born lost=@gone slot=p->title words=freed
#include "planted.h"
struct page { int number; char *title; };
int main(void) {
  struct page *p = malloc(sizeof *p);
  p->title = strdup("chapter"); // @born
  use(p->title);
  use(p);
#ifdef FIXED
  free(p->title);
#endif
  free(p); // @gone
  return 0;
}
