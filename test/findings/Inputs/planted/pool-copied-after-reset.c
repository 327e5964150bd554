// A pointer into a pool is copied after the pool was reset.
// FIND: pool.use-after-reset used=@copy
#include "planted.h"
#include "memscope/memscope.h"
struct pool { char *memory; size_t used; };
static struct pool pool;
static char *kept;
static NOINLINE char *take(size_t n) {
  char *part = pool.memory + pool.used;
  pool.used += (n + 15) & ~(size_t)15;
  memscope_pool_alloc(&pool, part, n);
  return part;
}
static NOINLINE void reset(void) {
  pool.used = 0;
  memscope_pool_reset(&pool);
}
static char *volatile request;
static NOINLINE void keep(void) {
  kept = request; // @copy
  use(kept);
}
int main(void) {
  pool.memory = malloc(4096);
  use(pool.memory);
  take(16);
  request = take(100);
#ifdef FIXED
  keep();
  kept = NULL;
  use(&kept);
  request = NULL;
  reset();
#else
  reset();
  keep();
  request = kept = NULL;
#endif
  free(pool.memory);
  pool.memory = NULL;
  use(&kept);
  return 0;
}
