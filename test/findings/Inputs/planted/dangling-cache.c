// The entry that was looked up last is freed through the table.
// FIND: dangling.slot freed=@free slot=last
#include "planted.h"
struct entry { int key; };
static struct entry *table[4], *last;
static NOINLINE struct entry *find(int key) {
  last = table[key & 3];
  use(&last);
  return last;
}
static NOINLINE void drop(int key) {
#ifdef FIXED
  if (last == table[key & 3])
    last = NULL;
#endif
  free(table[key & 3]); // @free
  table[key & 3] = NULL;
}
int main(void) {
  table[2] = malloc(sizeof *table[2]);
  table[2]->key = 2;
  use(table[2]);
  use(find(2));
  drop(2);
  use(&last);
  return 0;
}
