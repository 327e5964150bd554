// A message keeps the buffer that the connection owns as well, and the connection goes first.
// FIND: ownership.two-owners freed=@free slot=m->body
// FIND: dangling.slot freed=@free slot=m->body
#include "planted.h"
struct conn { char *buf; };
struct message { char *body; };
static struct message *last;
static NOINLINE void message_free(struct message *m) {
  free(m->body);
  free(m);
}
static NOINLINE struct message *message_new(char *body) {
  struct message *m = malloc(sizeof *m);
  m->body = body;
  use(m);
  return m;
}
static NOINLINE void message_change(struct message *m, char *body) {
  free(m->body);
  m->body = body;
  use(m);
  message_free(m);
}
static NOINLINE void conn_init(struct conn *c) {
  c->buf = calloc(1, 100);
  use(c);
}
static NOINLINE void conn_close(struct conn *c) {
  free(c->buf); // @free
  c->buf = NULL;
  use(c);
}
static NOINLINE void conn_reset(struct conn *c) {
  free(c->buf);
  c->buf = malloc(200);
  use(c);
}
int main(void) {
  struct conn c;
  for (int i = 0; i < 6; i++) {
    conn_init(&c);
    conn_reset(&c);
    conn_close(&c);
    message_free(message_new(i % 2 ? strdup("hello") : strndup("good bye", 4)));
    message_free(message_new(calloc(1, 10)));
    message_change(message_new(malloc(10)), strdup("new"));
  }
  conn_init(&c);
#ifdef FIXED
  last = message_new(strdup("")); 
#else
  last = message_new(c.buf);
#endif
  conn_close(&c);
  use(&last);
  return 0;
}
