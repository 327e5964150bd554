// An error path returns without freeing a buffer.
// FIND: leak.lost name=buf at=@born lost=@gone slot=buf words=scope
#include "planted.h"
static NOINLINE int parse(const char *text) {
  char *buf = malloc(64); // @born
  strcpy(buf, text);
  use(buf);
  if (buf[0] == '#') {
#ifdef FIXED
    free(buf);
#endif
    return -1;
  }
  free(buf);
  return 0;
} // @gone
int main(void) {
  int r = parse("ok");
  return r + parse("#bad") + 1;
}
