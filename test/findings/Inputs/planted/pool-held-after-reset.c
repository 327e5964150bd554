// A global still points into a pool that was reset.
// FIND: pool.use-after-reset slot=best
#include "planted.h"
#include "memscope/memscope.h"
static char *memory, *best;
static size_t used;
static NOINLINE char *take(size_t n) {
  char *part = memory + used;
  used += n;
  memscope_pool_alloc(&used, part, n);
  return part;
}
int main(void) {
  memory = malloc(1024);
  use(memory);
  take(64);
  best = take(64);
  use(best);
  used = 0;
#ifdef FIXED
  best = NULL;
  use(&best);
#endif
  memscope_pool_reset(&used);
  use(memory);
  return 0;
}
