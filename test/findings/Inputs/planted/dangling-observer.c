// An object is freed but stays in the list of observers.
// FIND: dangling.slot freed=@free slot=observers[]
#include "planted.h"
struct observer { int events; };
static struct observer *observers[4];
static unsigned count;
static NOINLINE struct observer *subscribe(void) {
  struct observer *o = calloc(1, sizeof *o);
  use(o);
  observers[count++] = o;
  return o;
}
static NOINLINE void unsubscribe(struct observer *o) {
#ifdef FIXED
  for (unsigned i = 0; i < count; i++)
    if (observers[i] == o)
      observers[i] = NULL;
#endif
  free(o); // @free
}
int main(void) {
  struct observer *o = subscribe();
  unsubscribe(o);
  return 0;
}
