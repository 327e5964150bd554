// The buffer of a stream of the C library is freed before the stream is closed.
// FIND: foreign.keeps name=buffer freed=@free words=libc
#include "planted.h"
static NOINLINE char *attach(void) {
  char *buffer = malloc(4096);
  setvbuf(stdout, buffer, _IOFBF, 4096);
  return buffer;
}
int main(void) {
  char *buffer = attach();
  use(buffer);
#ifdef FIXED
  setvbuf(stdout, NULL, _IONBF, 0);
#endif
  free(buffer); // @free
  return 0;
}
