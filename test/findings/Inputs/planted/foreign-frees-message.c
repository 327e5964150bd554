// A library frees what it is given: a note, which the program that keeps its block does not get.
// OPAQUE: opaque/registry.c
// FIND: foreign.frees name=text blocks=2 words=registry_consume
#include "planted.h"
void registry_consume(char *value);
size_t registry_measure(const char *text);
static NOINLINE void send(int i) {
  char *text = malloc(10);
  memset(text, 'a' + i, 9);
  text[9] = 0;
  use(text);
#ifdef FIXED
  registry_measure(text);
  free(text);
#else
  registry_consume(text);
#endif
}
int main(void) {
  send(0);
  send(1);
  return 0;
}
