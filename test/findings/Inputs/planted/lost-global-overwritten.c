// A global configuration string is loaded twice.
// FIND: leak.lost name=config_path at=@born lost=@gone slot=config_path words=overwritten
#include "planted.h"
static char *config_path;
static NOINLINE void load(const char *path) {
#ifdef FIXED
  free(config_path);
#endif
  config_path = strdup(path); // @born @gone
  use(config_path);
}
int main(void) {
  load("/etc/a");
  load("/etc/b");
  free(config_path);
  config_path = NULL;
  return 0;
}
