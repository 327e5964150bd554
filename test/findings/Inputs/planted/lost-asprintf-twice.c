// asprintf writes over the pointer of its earlier result.
// FIND: leak.lost name=message lost=@gone slot=message words=overwritten
#define _GNU_SOURCE
#include "planted.h"
static char *message;
int main(void) {
  if (asprintf(&message, "%d", 1) < 0)
    return 1;
#ifdef FIXED
  free(message);
#endif
  if (asprintf(&message, "%d", 2) < 0) // @gone
    return 1;
  free(message);
  message = NULL;
  return 0;
}
