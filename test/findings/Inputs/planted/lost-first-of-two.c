// The second allocation is refused; the clean-up forgets the first.
// FIND: leak.lost name=a at=@born lost=@gone words=scope
#include "planted.h"
static NOINLINE int open_both(size_t second) {
  char *a = malloc(40); // @born
  char *b;
  use(a);
  b = malloc(second);
  use(b);
  if (!b)
    goto fail;
  free(b);
  free(a);
  return 0;
fail:
#ifdef FIXED
  free(a);
#endif
  return 1;
} // @gone
int main(void) { return open_both(10) + open_both((size_t)1 << 62) - 1; }
