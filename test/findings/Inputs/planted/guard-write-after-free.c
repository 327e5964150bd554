// A freed block is written to and read by another thread, and the program goes on with what it reads.
// OPTIONS: guard=1
// FIND: use-after-free name=counter at=@born freed=@gone used=@bad words=a.write.at.byte.8.of.counter
// FIND: dangling.slot optional
#include <pthread.h>
#include "planted.h"
static long *counter;
static void *count(void *arg) {
  counter[1] = 5; // @bad
  return arg;
}
int main(void) {
  pthread_t thread;
  counter = malloc(2 * sizeof *counter); // @born
  use(counter);
#ifndef FIXED
  free(counter); // @gone
#endif
  pthread_create(&thread, NULL, count, NULL);
  pthread_join(thread, NULL);
  if (counter[1] != 5)
    return 1;
#ifdef FIXED
  free(counter);
  counter = NULL;
#endif
  return 0;
}
