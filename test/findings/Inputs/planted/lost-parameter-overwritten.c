// A function sets its parameter anew and so drops the argument.
// FIND: leak.lost lost=@gone
#include "planted.h"
static NOINLINE size_t measure(char *text) {
  size_t n = strlen(text);
#ifdef FIXED
  free(text);
#endif
  text = malloc(n + 1); // @gone
  use(text);
  free(text);
  return n;
}
int main(void) {
  return measure(strdup("argument")) != 8;
}
