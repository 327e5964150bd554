// Another thread uses what main has freed.
// FIND: use-after-free name=job slot=mine freed=@free used=@use
#include "planted.h"
#include <pthread.h>
struct job { int number; };
static void *work(void *argument) {
  struct job *mine = argument;
  use(mine);
  return mine->number == 77 ? argument : NULL; // @use
}
int main(void) {
  pthread_t thread;
  struct job *job = malloc(sizeof *job);
  job->number = 1;
  use(job);
#ifndef FIXED
  free(job); // @free
#endif
  pthread_create(&thread, NULL, work, job);
  pthread_join(thread, NULL);
#ifdef FIXED
  free(job);
#endif
  return 0;
}
