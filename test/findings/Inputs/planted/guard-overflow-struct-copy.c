// A structure with a pointer is copied behind an array: the runtime looks at the place first, the finding
// is about the line of the program.
// OPTIONS: guard=1
// FIND: overflow.heap name=rows at=@born used=@bad words=a.write.runs.past.the.end.of.rows..which.has.64.bytes
#include "planted.h"
struct row {
  char *text;
  long a, b, c;
};
static size_t count = 2;
static NOINLINE void put(struct row *rows, size_t i, const struct row *row) {
  use(row);
  memcpy(&rows[i], row, sizeof *row); // @bad
  use(rows);
}
int main(void) {
  use(&count);
  struct row *rows = calloc(count, sizeof *rows); // @born
  struct row row = {malloc(16), 1, 2, 3};
  use(row.text);
#ifdef FIXED
  put(rows, count - 1, &row);
#else
  put(rows, count, &row);
#endif
  free(row.text);
  free(rows);
  return 0;
}
