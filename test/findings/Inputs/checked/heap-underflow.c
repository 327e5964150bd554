// A byte before the block is written.
// FIND: overflow.heap name=text slot=text used=@use words=1.byte.before.the.start.of
#include "planted.h"
#ifdef FIXED
#define LOW 0
#else
#define LOW -1
#endif
NOINLINE static void trim(char *text, int i) {
  while (i >= LOW && text[i] == ' ') i--;
  text[i < LOW ? LOW : i] = '\0'; // @use
}
int main(void) {
  char *text = strdup("    ");
  use(text);
#ifdef FIXED
  trim(text, 3);
#else
  text[-1 + (text[0] == 'x')] = '\0'; // @use
#endif
  use(text);
  free(text);
  return 0;
}
