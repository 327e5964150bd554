// A large buffer is allocated for every row, through the program's own malloc.
// FIND: waste.temporary name=row at=@born words=sum_row advice=let.it.grow
#include "planted.h"
static NOINLINE void *xmalloc(size_t size) {
  void *p = malloc(size);
  if (!p)
    abort();
  return p;
}
static NOINLINE long sum_row(int n) {
#ifdef FIXED
  static long *row;
  static int capacity;
  if (n > capacity) {
    free(row);
    row = xmalloc((size_t)n * 2 * sizeof *row);
    capacity = n * 2;
  }
#else
  long *row = xmalloc((size_t)n * sizeof *row); // @born
#endif
  long sum = 0;
  for (int i = 0; i < n; i++)
    row[i] = i;
  use(row);
  for (int i = 0; i < n; i++)
    sum += row[i];
#ifndef FIXED
  free(row);
#endif
  return sum;
}
int main(void) {
  long sum = 0;
  for (int i = 0; i < 11000; i++)
    sum += sum_row(200 + i % 100);
  return sum == 0;
}
