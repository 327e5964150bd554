// A queue that is full forgets what it was handed.
// FIND: leak.lost lost=@gone words=dropped
#include "planted.h"
static char *queue[2];
static unsigned used;
static NOINLINE void push(char *text) {
  use(text);
  if (used == 2) {
#ifdef FIXED
    free(text);
#endif
    return;
  }
  queue[used++] = text;
} // @gone
int main(void) {
  for (int i = 0; i < 3; i++) {
    push(strdup("job"));
  }
  for (unsigned i = 0; i < used; i++) {
    free(queue[i]);
    queue[i] = NULL;
  }
  return 0;
}
