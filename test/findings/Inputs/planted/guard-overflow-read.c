// The element behind the last one is read: with a guard page behind the block, at that very line.
// OPTIONS: guard=1
// FIND: overflow.heap name=primes at=@born used=@bad words=a.read.runs.past.the.end.of.primes..which.has.64.bytes
#include "planted.h"
static int count = 16;
int main(void) {
  use(&count);
  int *primes = malloc((size_t)count * sizeof *primes); // @born
  memset(primes, 1, (size_t)count * sizeof *primes);
  use(primes);
#ifdef FIXED
  int last = primes[count - 1];
#else
  int last = primes[count]; // @bad
#endif
  use(&last);
  free(primes);
  return 0;
}
