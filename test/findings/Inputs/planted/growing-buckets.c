// Sessions are added to hash buckets and never expire.
// FIND: leak.growing name=s
#include "planted.h"
struct session { struct session *next; int id; char data[40]; };
static struct session *buckets[16];
static NOINLINE void expire(int id) {
  for (struct session **at = &buckets[id & 15]; *at; at = &(*at)->next)
    if ((*at)->id == id) {
      struct session *gone = *at;
      *at = gone->next;
      free(gone);
      return;
    }
}
static NOINLINE void connect_one(int id) {
  struct session *s = calloc(1, sizeof *s);
  s->id = id;
  s->next = buckets[id & 15];
  use(s);
  buckets[id & 15] = s;
}
int main(void) {
  for (int id = 0; id < 3000; id++) {
    connect_one(id);
    char *request = malloc(100);
    use(request);
    free(request);
#ifdef FIXED
    if (id >= 100)
      expire(id - 100);
#else
    use((void *)expire);
#endif
  }
  return 0;
}
