// Children own their parent by mistake; the advice names the edge to make weak.
// FIND: leak.cycle lost=@gone slot=document blocks=3 advice=struct.element.parent
#include "planted.h"
struct element { struct element *parent, *first, *second; };
static struct element *document;
static NOINLINE struct element *child_of(struct element *parent) {
  struct element *e = calloc(1, sizeof *e);
  e->parent = parent;
  use(e);
  return e;
}
int main(void) {
  document = calloc(1, sizeof *document);
  document->first = child_of(document);
  document->second = child_of(document);
#ifdef FIXED
  free(document->first);
  free(document->second);
  free(document);
#endif
  document = NULL; // @gone
  use(&document);
  return 0;
}
