// One element too many is read.
// FIND: overflow.heap name=list slot=list at=@birth used=@use words=read.of.4.bytes.runs.past.the.end.of
#include "planted.h"
#ifdef FIXED
#define LAST 9
#else
#define LAST 10
#endif
NOINLINE static int last(const int *list, int n) {
  return list[n]; // @use
}
int main(void) {
  int *list = calloc(10, sizeof *list); // @birth
  int n = last(list, LAST);
  free(list);
  return n == 77;
}
