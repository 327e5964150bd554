// A function that takes over what it is handed drops it when it refuses.
// FIND: leak.lost lost=@gone words=dropped
#include "planted.h"
struct table {
  char *values[2];
  unsigned used;
};
static NOINLINE int table_add(struct table *t, char *value) {
  if (!value)
    return -1;
  if (!t || t->used == 2) {
#ifdef FIXED
    free(value);
#endif
    return -1;
  }
  t->values[t->used++] = value;
  return 0;
} // @gone
int main(void) {
  struct table t = {.used = 0};
  int failed = table_add(&t, strdup("kept"));
  failed += table_add(NULL, strdup("lost"));
  use(&t);
  for (unsigned i = 0; i < t.used; i++)
    free(t.values[i]);
  return failed != -1;
}
