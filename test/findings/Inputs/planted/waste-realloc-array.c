// An array gets room for one more element with each that is added, and lives to the end.
// FIND: waste.realloc-chain name=list words=steps.from advice=reserve
#include "planted.h"
struct point { double x, y; };
static struct point *list;
static size_t count;
static NOINLINE void add(double x, double y) {
#ifdef FIXED
  static size_t capacity;
  if (count == capacity)
    list = realloc(list, (capacity = capacity ? capacity + capacity / 2 : 16) * sizeof *list);
#else
  list = realloc(list, (count + 1) * sizeof *list);
#endif
  use(list);
  list[count++] = (struct point){x, y};
}
int main(void) {
  for (int i = 0; i < 1000; i++)
    add(i, -i);
  use(&list);
  free(list);
  list = NULL;
  return 0;
}
