// An array from new[] is deleted as a single object.
// FIND: free.mismatch name=values used=@free
#include "planted.h"
int main() {
  int *values = new int[10];
  use(values);
#ifdef FIXED
  delete[] values;
#else
  delete values; // @free
#endif
  return 0;
}
