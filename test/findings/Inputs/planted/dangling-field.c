// A structure that lives on keeps a pointer to its freed buffer.
// FIND: dangling.slot name=c->buf freed=@free slot=c->buf
#include "planted.h"
struct conn { char *buf; int fd; };
static struct conn *only;
static NOINLINE void shut(struct conn *c) {
  free(c->buf); // @free
#ifdef FIXED
  c->buf = NULL;
#endif
  c->fd = -1;
  use(c);
}
int main(void) {
  struct conn *c = malloc(sizeof *c);
  c->buf = malloc(99);
  c->fd = 1;
  use(c->buf);
  only = c;
  shut(c);
  return 0;
}
