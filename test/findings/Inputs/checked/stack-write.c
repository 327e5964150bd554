// An array on the stack is one too small.
// FIND: overflow.stack name=digits used=@use words=which.has.8.bytes
#include "planted.h"
#ifdef FIXED
#define SIZE 9
#else
#define SIZE 8
#endif
NOINLINE static void fill(char *to, int n) {
  to[n] = '\0'; // @use
}
int main(void) {
  char digits[SIZE];
  memset(digits, '0', SIZE);
  fill(digits, 8);
  use(digits);
  return 0;
}
