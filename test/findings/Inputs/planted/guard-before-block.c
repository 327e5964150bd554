// A page's worth before the beginning of a block is written.
// OPTIONS: guard=1
// FIND: overflow.heap name=row at=@born used=@bad words=a.write.4096.bytes.before.the.start.of.row
#include "planted.h"
static long back = 4096;
int main(void) {
  use(&back);
  char *row = malloc(128); // @born
  use(row);
#ifdef FIXED
  row[0] = 1;
#else
  row[-back] = 1; // @bad
#endif
  use(row);
  free(row);
  return 0;
}
