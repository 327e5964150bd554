// A reader skips a header by moving the pointer that owns the buffer.
// FIND: leak.possible name=r->data lost=@gone
#include "planted.h"
struct reader { char *data; size_t left; };
static struct reader *reader;
static NOINLINE void skip(struct reader *r, size_t n) {
  r->data += n; // @gone
  r->left -= n;
  use(r);
}
static NOINLINE struct reader *begin(void) {
  struct reader *r = malloc(sizeof *r);
  r->data = malloc(256);
  r->left = 256;
  use(r->data);
  return r;
}
int main(void) {
  reader = begin();
  skip(reader, 16);
#ifdef FIXED
  free(reader->data - 16);
  free(reader);
  reader = NULL;
#endif
  use(&reader);
  return 0;
}
