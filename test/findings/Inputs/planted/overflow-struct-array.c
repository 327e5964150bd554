// A member of the structure behind the last one of an array is written.
// FIND: overflow.heap name=shape->points at=@born noticed=@gone words=8.behind.the.end
#include "planted.h"
struct point {
  long x, y;
};
struct shape {
  size_t count;
  struct point *points;
};
static NOINLINE void close_shape(struct shape *shape) {
#ifdef FIXED
  shape->points[shape->count - 1].y = 7;
#else
  shape->points[shape->count].y = 7;
#endif
}
int main(void) {
  struct shape *shape = malloc(sizeof *shape);
  use(shape);
  shape->count = 3;
  shape->points = calloc(shape->count, sizeof *shape->points); // @born
  use(shape->points);
  close_shape(shape);
  free(shape->points); // @gone
  free(shape);
  return 0;
}
