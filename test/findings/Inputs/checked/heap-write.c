// The loop writes one element too many.
// FIND: overflow.heap name=list slot=list at=@birth used=@use words=write.of.4.bytes.runs.past.the.end.of
#include "planted.h"
#ifdef FIXED
#define COUNT 10
#else
#define COUNT 11
#endif
NOINLINE static void fill(int *list, int n) {
  for (int i = 0; i < n; i++) {
    list[i] = i; // @use
    use(list);
  }
}
int main(void) {
  int *list = malloc(10 * sizeof *list); // @birth
  fill(list, COUNT);
  free(list);
  return 0;
}
