// A thread's start function forgets its argument.
// FIND: leak.lost name=arg at=@born if=O0
// FIND: leak.lost name=arg at=@born if=O2,full
#include "planted.h"
#include <pthread.h>
static void *run(void *p) {
  use(p);
#ifdef FIXED
  free(p);
#endif
  return NULL;
}
int main(void) {
  pthread_t t;
  int *arg = malloc(sizeof *arg); // @born
  *arg = 1;
  use(arg);
  pthread_create(&t, NULL, run, arg);
  arg = NULL;
  use(arg);
  pthread_join(t, NULL);
  return 0;
}
