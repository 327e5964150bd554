// A cursor goes on in the array that was freed. Others are left one before their array, as Lua's tables do when
// they are full: what lies there is another block, freed or not, that the cursor was never given.
// FIND: dangling.copy used=@step freed=@free slot=t->last words=t->last.is.copied.to.t->last
// FIND: dangling.slot slot=t->last optional
// FIND: dangling.slot slot=t->node optional
#include "planted.h"
enum { TABLES = 64 };
struct node { long words[5]; };
struct table { struct node *node, *last; };
static struct table *tables[TABLES];
static NOINLINE struct node *take_free(struct table *t) {
  while (t->last-- > t->node) { // @step
    use(t->last);
    if (!t->last->words[0])
      return t->last;
  }
  return NULL;
}
static NOINLINE void fill(struct table *t, int n) {
  t->node = calloc((size_t)n, sizeof *t->node);
  t->last = t->node + n;
  use(t);
}
static NOINLINE void empty(struct table *t) {
  free(t->node); // @free
}
int main(void) {
  for (int i = 0; i < TABLES; i++) {
    tables[i] = malloc(sizeof *tables[i]);
    fill(tables[i], 1);
    tables[i]->node->words[0] = 1;
  }
  for (int i = 1; i < TABLES; i += 4)
    use(take_free(tables[i]));
  for (int i = 0; i < TABLES; i += 2) {
    empty(tables[i]);
    free(tables[i]);
    tables[i] = NULL;
  }
  for (int i = 3; i < TABLES; i += 4)
    use(take_free(tables[i]));
  struct table *t = malloc(sizeof *t);
  fill(t, 3);
  tables[0] = t;
#ifdef FIXED
  use(take_free(t));
  empty(t);
#else
  empty(t);
  use(take_free(t));
#endif
  t->node = t->last = NULL;
  use(tables);
  return 0;
}
