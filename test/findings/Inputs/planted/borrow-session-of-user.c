// Sessions point at their user and are closed before it goes, but for one.
// FIND: ownership.borrow-outlives freed=@free slot=s->user
// FIND: dangling.slot freed=@free slot=s->user
#include "planted.h"
struct user { int id; };
struct session { struct user *user; };
static struct user *users[8];
static struct session *sessions[8];
static NOINLINE void open_session(int i) {
  struct session *s = malloc(sizeof *s);
  s->user = users[i];
  use(s);
  sessions[i] = s;
}
static NOINLINE void close_session(int i) {
  free(sessions[i]);
  sessions[i] = NULL;
}
static NOINLINE void add_user(int i) {
  users[i] = malloc(sizeof *users[i]);
  users[i]->id = i;
  use(users[i]);
}
static NOINLINE void drop_user(int i) {
  free(users[i]); // @free
  users[i] = NULL;
}
int main(void) {
  for (int i = 0; i < 7; i++) {
    add_user(i);
    open_session(i);
  }
  for (int i = 0; i < 7; i++) {
#ifndef FIXED
    if (i != 5)
#endif
      close_session(i);
    drop_user(i);
  }
  use(sessions);
  return 0;
}
