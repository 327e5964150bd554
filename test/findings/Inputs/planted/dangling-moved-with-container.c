// The slot moves when its table grows. The twin then moves another pointer over it as bytes, unseen.
// FIND: dangling.slot slot=table->items[] freed=@free blocks=1
#include "planted.h"
struct table { long count; struct item { long key; } *items[3]; };
static struct table *table;
static NOINLINE void shift(void *to, void *from, size_t n) {
  unsigned char *dst = to, *src = from;
  for (size_t i = 0; i < n; i++)
    dst[i] = src[i];
}
int main(void) {
  table = calloc(1, sizeof *table);
  for (int i = 0; i < 3; i++)
    table->items[i] = malloc(sizeof(struct item));
  use(table);
  free(table->items[0]); // @free
  table = realloc(table, 4096);
#ifdef FIXED
  shift(&table->items[0], &table->items[1], sizeof table->items[0]);
#endif
  use(table);
  return 0;
}
