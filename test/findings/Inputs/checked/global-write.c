// One element behind a global table is written.
// FIND: overflow.global name=table used=@use words=write
#include "planted.h"
static int table[10];
#ifdef FIXED
#define LAST 9
#else
#define LAST 10
#endif
NOINLINE static void set(int i) {
  table[i] = i; // @use
}
int main(void) {
  volatile int last = LAST;
  set(last);
  use(table);
  return 0;
}
