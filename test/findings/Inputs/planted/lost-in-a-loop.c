// Each turn of a loop gets a buffer, only the last one is freed.
// FIND: leak.lost name=line at=@born lost=@born slot=line words=overwritten|another.value blocks=4
#include "planted.h"
int main(void) {
  char *line = NULL;
  for (int i = 0; i < 5; i++) {
#ifdef FIXED
    free(line);
#endif
    line = malloc(32); // @born
    use(line);
  }
  free(line);
  return 0;
}
