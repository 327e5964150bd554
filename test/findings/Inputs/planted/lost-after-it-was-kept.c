// A result that nobody uses is no leak while a structure holds the block; later it is dropped.
// FIND: leak.lost lost=* words=overwritten|went.out.of.scope blocks=1
#include "planted.h"
struct list {
  char *item;
};
static NOINLINE int keep(struct list *list, char *item) {
  list->item = item;
  return 1;
}
static NOINLINE char *put(struct list *list, const char *text) {
  char *item = strdup(text);
  if (keep(list, item)) {
    return item;
  }
  free(item);
  return NULL;
}
static NOINLINE void take(struct list *list) {
  char *item = list->item;
#ifdef FIXED
  free(item);
#endif
  list->item = NULL;
  use(list);
}
int main(void) {
  struct list *list = calloc(1, sizeof *list);
  put(list, "item");
  take(list);
  free(list);
  return 0;
}
