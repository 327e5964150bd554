// Each word is copied to be compared in lower case, and the copy is thrown away.
// FIND: waste.temporary name=copy at=@born words=12000 advice=again
#include <ctype.h>
#include "planted.h"
static NOINLINE int is_same(const char *a, const char *b) {
#ifdef FIXED
  for (; *a && tolower((unsigned char)*a) == *b; a++)
    b++;
  return *a == *b;
#else
  char *copy = strdup(a); // @born
  for (char *p = copy; *p; p++)
    *p = (char)tolower((unsigned char)*p);
  use(copy);
  int same = strcmp(copy, b) == 0;
  free(copy);
  return same;
#endif
}
int main(void) {
  int same = 0;
  for (int i = 0; i < 12000; i++)
    same += is_same(i % 2 ? "Hello" : "HELLO", "hello");
  return same != 12000;
}
