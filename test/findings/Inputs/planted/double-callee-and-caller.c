// The callee takes the block, the caller frees it as well.
// FIND: free.double freed=@callee used=@caller
// EXIT: crash
#include "planted.h"
static NOINLINE void send_and_free(char *message) {
  use(message);
  free(message); // @callee
}
int main(void) {
  char *message = strdup("hello");
  use(message);
  send_and_free(message);
  use(message);
#ifndef FIXED
  free(message); // @caller
#endif
  return 0;
}
