// memcpy of a structure over another one drops its pointer.
// FIND: leak.lost name=slots[].text at=@born lost=@gone
#include "planted.h"
struct cell { char *text; long tag; };
static struct cell slots[4];
int main(void) {
  for (int i = 0; i < 4; i++) {
    slots[i].text = strdup("cell"); // @born
    use(slots[i].text);
  }
#ifdef FIXED
  free(slots[0].text);
#endif
  memcpy(&slots[0], &slots[3], sizeof slots[0]); // @gone
  slots[3].text = NULL;
  use(slots);
  for (int i = 0; i < 3; i++) {
    free(slots[i].text);
    slots[i].text = NULL;
  }
  return 0;
}
