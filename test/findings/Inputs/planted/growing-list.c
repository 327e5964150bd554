// A list on a global only ever grows.
// FIND: leak.growing path=events
#include "planted.h"
struct event { struct event *next; long id; };
static struct event *events;
static unsigned long length;
static NOINLINE void log_event(long id) {
  struct event *e = malloc(sizeof *e);
  e->id = id;
  e->next = events;
  use(e);
  events = e;
  length++;
#ifdef FIXED
  if (length > 50) {
    struct event **last = &events;
    while ((*last)->next)
      last = &(*last)->next;
    free(*last);
    *last = NULL;
    length--;
  }
#endif
}
int main(void) {
  for (long i = 0; i < 2000; i++)
    log_event(i);
  return 0;
}
