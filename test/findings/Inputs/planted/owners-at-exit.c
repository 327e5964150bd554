// Two records hold one name when the program ends, and each kind of record frees its name.
// FIND: ownership.two-owners slot=u->name slot=g->title words=same.block
#include "planted.h"
struct user { char *name; };
struct group { char *title; };
static struct user *users[8];
static struct group *groups[8];
static NOINLINE void add_user(int i, char *name) {
  struct user *u = malloc(sizeof *u);
  u->name = name;
  use(u);
  users[i] = u;
}
static NOINLINE void add_group(int i, char *title) {
  struct group *g = malloc(sizeof *g);
  g->title = title;
  use(g);
  groups[i] = g;
}
static NOINLINE void drop_user(int i) {
  free(users[i]->name);
  free(users[i]);
  users[i] = NULL;
}
static NOINLINE void drop_group(int i) {
  free(groups[i]->title);
  free(groups[i]);
  groups[i] = NULL;
}
static NOINLINE void clear(void) {
  for (int i = 0; i < 6; i++) {
    drop_user(i);
    drop_group(i);
  }
}
int main(void) {
  for (int i = 0; i < 6; i++) {
    add_user(i, strdup("first"));
    add_group(i, strdup("second"));
  }
  clear();
  for (int i = 0; i < 6; i++) {
    add_user(i, strndup("third", 2));
    add_group(i, strndup("fourth", 3));
  }
  clear();
  for (int i = 0; i < 3; i++) {
    add_user(i, calloc(1, 20));
    add_group(i, calloc(1, 30));
    drop_user(i);
    drop_group(i);
  }
  char *both = strdup("both");
  add_user(0, both);
#ifdef FIXED
  both = strdup("both");
#endif
  add_group(0, both);
  both = NULL;
  use(users);
  use(groups);
  return 0;
}
