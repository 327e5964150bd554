// The item that is being worked on is remembered, and forgotten when it is done; once it is not.
// FIND: ownership.borrow-outlives freed=@free slot=current advice=NULL
// FIND: dangling.slot freed=@free slot=current
#include "planted.h"
struct item { int n; };
static struct item *items[8], *current;
static NOINLINE void begin(int i) {
  current = items[i];
  use(&current);
}
static NOINLINE void end(void) {
  current = NULL;
  use(&current);
}
static NOINLINE void drop(int i) {
  free(items[i]); // @free
  items[i] = NULL;
}
int main(void) {
  for (int i = 0; i < 8; i++) {
    items[i] = malloc(sizeof *items[i]);
    items[i]->n = i;
    use(items[i]);
  }
  for (int i = 0; i < 8; i++) {
    begin(i);
#ifndef FIXED
    if (i < 7)
#endif
      end();
    drop(i);
  }
  use(&current);
  return 0;
}
