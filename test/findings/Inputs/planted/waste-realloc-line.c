// A line grows by one character a step.
// FIND: waste.realloc-chain name=line words=1999.steps advice=factor
#include "planted.h"
static NOINLINE char *read_line(int length) {
#ifdef FIXED
  size_t capacity = 16;
  char *line = malloc(capacity);
#else
  char *line = malloc(1);
#endif
  for (int i = 0; i < length; i++) {
#ifdef FIXED
    if ((size_t)i + 2 > capacity)
      line = realloc(line, capacity *= 2);
#else
    line = realloc(line, (size_t)i + 2);
#endif
    use(line);
    line[i] = 'x';
  }
  line[length] = 0;
  return line;
}
int main(void) {
  char *line = read_line(1999);
  use(line);
  free(line);
  return 0;
}
