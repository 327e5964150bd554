// The buffer that getline made is never freed.
// FIND: leak.lost name=line at=@born
#include "planted.h"
static NOINLINE int count_lines(FILE *file) {
  char *line = NULL;
  size_t size = 0;
  int n = 0;
  while (getline(&line, &size, file) > 0) // @born
    n++;
#ifdef FIXED
  free(line);
#endif
  return n;
}
int main(int argc, char **argv) {
  FILE *file = fopen(argv[0], "r");
  (void)argc;
  int n = count_lines(file);
  fclose(file);
  return n == 0;
}
