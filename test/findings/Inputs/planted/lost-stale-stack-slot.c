// The program exits in a deep call; a dead stack slot still holds the lost pointer.
// FIND: leak.lost name=work[] lost=@gone
#include "planted.h"
static NOINLINE void fill(void) {
  char *work[16];
  for (int i = 0; i < 16; i++)
    work[i] = malloc(24);
  use(work);
#ifdef FIXED
  for (int i = 0; i < 16; i++)
    free(work[i]);
#endif
} // @gone
static NOINLINE void leave(int depth) {
  char room[64];
  use(room);
  if (depth)
    leave(depth - 1);
  else
    exit(0);
  use(room);
}
int main(void) {
  fill();
  leave(3);
}
