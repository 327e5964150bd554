/* registry.c - a library that MemScope does not compile: it keeps what it is given, and frees what it is told to.
 */
#include <stdlib.h>
#include <string.h>

struct entry {
  struct entry *next;
  void *value;
};

static void *volatile listener;
static struct entry *entries;

/* Its stack is recorded because it allocates: modules that never do are not known. */
void registry_listen(void *l) {
  static void *volatile note;
  note = malloc(8);
  listener = l;
  free(note);
}

int registry_has_listener(void) { return listener != NULL; }

void registry_put(void *value) {
  struct entry *e = calloc(1, sizeof *e);
  e->value = value;
  e->next = entries;
  entries = e;
}

void registry_remove(const void *value) {
  for (struct entry **at = &entries; *at; at = &(*at)->next)
    if ((*at)->value == value) {
      struct entry *gone = *at;
      *at = gone->next;
      free(gone);
      return;
    }
}

/* Frees VALUE: the caller has handed it over. */
void registry_consume(char *value) {
  value[0] = 0;
  free(value);
}

size_t registry_measure(const char *text) { return strlen(text); }
