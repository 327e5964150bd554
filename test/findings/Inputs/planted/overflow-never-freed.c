// The block is still in use when the program ends.
// FIND: overflow.heap name=table at=@born words=when.the.program.ended slot=table
#include "planted.h"
static unsigned char *table;
static size_t size = 255;
int main(void) {
  use(&size);
#ifdef FIXED
  size++;
#endif
  table = malloc(size); // @born
  for (unsigned i = 0; i < 256; i++)
    table[i] = (unsigned char)(i * 3);
  use(table);
  return 0;
}
