// A record is copied with its name in it; both would free it. The copy outlives the original.
// FIND: ownership.two-owners name=r->name freed=@free slot=c->name advice=copy
// FIND: dangling.slot freed=@free slot=c->name
#include "planted.h"
struct rec { char *name; };
static struct rec *kept;
static NOINLINE struct rec *make(const char *name) {
  struct rec *r = malloc(sizeof *r);
  r->name = strdup(name);
  use(r);
  return r;
}
static NOINLINE void rename_to(struct rec *r, const char *name) {
  free(r->name);
  r->name = strdup(name);
  use(r);
}
static NOINLINE void destroy(struct rec *r) {
  free(r->name); // @free
  free(r);
}
static NOINLINE struct rec *copy(const struct rec *r) {
  struct rec *c = malloc(sizeof *c);
#ifdef FIXED
  c->name = strdup(r->name);
#else
  c->name = r->name;
#endif
  use(c);
  return c;
}
int main(void) {
  for (int i = 0; i < 8; i++) {
    struct rec *r = make("one");
    if (i % 2)
      rename_to(r, "two");
    destroy(r);
  }
  struct rec *r = make("three");
  kept = copy(r);
  destroy(r);
  use(&kept);
  return 0;
}
