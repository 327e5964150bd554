// The address of a variable outlives its block.
// FIND: use-after-scope name=local used=@use
#include "planted.h"
int main(void) {
  int *kept = NULL, outer = 1;
  {
    int local = 5;
    use(&local);
    kept = &local;
    use(&kept);
#ifdef FIXED
    kept = &outer;
#endif
  }
  use(&kept);
  use(&outer);
  int n = *kept; // @use
  return n == 77;
}
