// An array of strings is lost with all its strings.
// FIND: leak.lost name=words at=@array lost=@gone slot=words words=overwritten
// FIND: leak.indirect name=words[] blocks=5
#include "planted.h"
static char **words;
int main(void) {
  words = malloc(5 * sizeof *words); // @array
  for (int i = 0; i < 5; i++) {
    words[i] = strdup("word");
    use(words[i]);
  }
#ifdef FIXED
  for (int i = 0; i < 5; i++)
    free(words[i]);
  free(words);
#endif
  words = NULL; // @gone
  use(&words);
  return 0;
}
