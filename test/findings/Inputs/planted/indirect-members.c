// A structure with two owned members is lost as a whole.
// FIND: leak.lost name=current lost=@gone slot=current
// FIND: leak.indirect name=u->name
// FIND: leak.indirect name=u->mail
#include "planted.h"
struct user { char *name, *mail; };
static struct user *current;
static NOINLINE struct user *make(void) {
  struct user *u = malloc(sizeof *u);
  u->name = strdup("n");
  u->mail = strdup("m@n");
  use(u);
  return u;
}
int main(void) {
  current = make();
  use(current);
#ifdef FIXED
  free(current->name);
  free(current->mail);
  free(current);
#endif
  current = NULL; // @gone
  use(&current);
  return 0;
}
