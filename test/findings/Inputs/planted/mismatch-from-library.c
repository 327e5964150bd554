// What a library made with new[] is freed with free().
// OPAQUE: opaque/maker.cpp
// FIND: free.mismatch name=made used=@free words=libmaker.so advice=give.it.back
#include "planted.h"
char *maker_make(void);
void maker_take_back(char *made);
int main(void) {
  char *made = maker_make();
  use(made);
#ifdef FIXED
  maker_take_back(made);
#else
  free(made); // @free
#endif
  return 0;
}
