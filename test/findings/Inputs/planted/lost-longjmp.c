// longjmp leaves the function that owns the block.
// FIND: leak.lost name=tmp at=@born lost=* 
#include "planted.h"
#include <setjmp.h>
static jmp_buf out;
static char *volatile kept;
static NOINLINE void work(int bad) {
  char *tmp = malloc(80); // @born
  use(tmp);
  if (bad) {
#ifdef FIXED
    free(tmp);
#endif
    longjmp(out, 1);
  }
  free(tmp);
}
int main(void) {
  if (setjmp(out) == 0) {
    work(0);
    work(1);
  }
  return 0;
}
