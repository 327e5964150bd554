// A block from new[] is grown by realloc.
// FIND: free.mismatch used=@grow
#include "planted.h"
int main() {
  char *text = new char[20];
  use(text);
#ifdef FIXED
  delete[] text;
#else
  char *more = static_cast<char *>(realloc(text, 400)); // @grow
  use(more);
  free(more);
#endif
  return 0;
}
