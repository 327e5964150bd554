// Both the error path and the end free the same block, which nothing reads.
// FIND: free.double name=state freed=@first used=@second
#include "planted.h"
static int run(int fails) {
  int *state = malloc(sizeof *state);
  if (fails)
    free(state); // @first
#ifdef FIXED
  if (!fails)
#endif
  free(state); // @second
  return fails;
}
int main(int argc, char **argv) {
  return run(argc > 0) - 1;
}
