// A key is built in a block of its own for every lookup.
// FIND: waste.temporary name=key at=@born words=lookup advice=local.array
#include "planted.h"
static int values[16];
static NOINLINE int lookup(const char *group, int number) {
#ifdef FIXED
  char key[32];
  snprintf(key, sizeof key, "%s:%d", group, number);
  use(key);
  return values[key[0] & 15];
#else
  char *key = malloc(32); // @born
  snprintf(key, 32, "%s:%d", group, number);
  use(key);
  int value = values[key[0] & 15];
  free(key);
  return value;
#endif
}
int main(void) {
  int sum = 0;
  for (int i = 0; i < 12000; i++)
    sum += lookup("item", i);
  return sum;
}
