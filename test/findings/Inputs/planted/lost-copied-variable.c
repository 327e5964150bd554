// A second variable keeps the block longer than the one that got it.
// FIND: leak.lost name=fresh at=@born lost=@gone blocks=1
#include "planted.h"
static NOINLINE size_t longest(const char *text) {
  size_t most = 0;
  char *best = NULL;
  for (int i = 0; i < 2; i++) {
    char *fresh = strdup(text + 3 * i); // @born
    use(fresh);
    if (!fresh)
      break;
    if (strlen(fresh) > most) {
      most = strlen(fresh);
#ifdef FIXED
      free(best);
#endif
      best = fresh;
    } else {
      free(fresh);
    }
  }
  use(best);
#ifdef FIXED
  free(best);
#endif
  return most; // @gone
}
int main(void) {
  return longest("a longer text") != 13;
}
