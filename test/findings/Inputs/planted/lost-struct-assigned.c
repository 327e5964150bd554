// A whole structure is assigned over one that owns a name.
// FIND: leak.lost name=a->name at=@born lost=@gone slot=a->name words=overwritten
#include "planted.h"
struct rec { char *name; int n; };
static NOINLINE void assign(struct rec *dst, const struct rec *src) {
#ifdef FIXED
  free(dst->name);
#endif
  *dst = *src; // @gone
  use(dst);
}
int main(void) {
  struct rec *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
  a->name = strdup("a"); // @born
  b->name = strdup("bb");
  use(a->name);
  use(b->name);
  assign(a, b);
  b->name = NULL;
  free(a->name);
  free(a);
  free(b);
  return 0;
}
