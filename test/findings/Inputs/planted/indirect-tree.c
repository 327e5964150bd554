// The root of a tree is dropped; its nodes hang on it.
// FIND: leak.lost name=root lost=@gone slot=root blocks=1
// FIND: leak.indirect name=t->left blocks=3
// FIND: leak.indirect name=t->right blocks=3
#include "planted.h"
struct tree { struct tree *left, *right; };
static struct tree *root;
static NOINLINE struct tree *grow(int depth) {
  struct tree *t = calloc(1, sizeof *t);
  use(t);
  if (depth) {
    t->left = grow(depth - 1);
    t->right = grow(depth - 1);
  }
  return t;
}
static NOINLINE void fell(struct tree *t) {
  if (!t)
    return;
  fell(t->left);
  fell(t->right);
  free(t);
}
int main(void) {
  root = grow(2);
  use(root);
#ifdef FIXED
  fell(root);
#else
  use((void *)fell);
#endif
  root = NULL; // @gone
  use(&root);
  return 0;
}
