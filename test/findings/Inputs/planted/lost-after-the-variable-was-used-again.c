// What a structure held is lost where it is overwritten, also if a variable of the function that
// allocated it, called again from the same place, gets something else later.
// FIND: leak.lost name=text at=@born lost=@gone slot=copy->text words=overwritten blocks=1
#include "planted.h"
struct word {
  char *text;
};
static NOINLINE void fill(struct word *copy, const char *from) {
  char *text = strdup(from); // @born
  use(text);
  copy->text = text;
}
static NOINLINE void drop(struct word *copy) {
#ifdef FIXED
  free(copy->text);
#endif
  copy->text = NULL; // @gone
}
int main(void) {
  struct word *one = malloc(sizeof *one);
  for (int i = 0; i < 2; i++) {
    fill(one, "word");
    if (i == 0) {
      drop(one);
      use(one);
    }
  }
  free(one->text);
  free(one);
  return 0;
}
