#include <memscope/memscope.h>
#include <memscope/site.h>
extern "C" void make_part(void);
int *whole;
int main() {
  whole = new int[5];
  make_part();
  memscope_mark("made");
  return sizeof(struct ms_site) == 64 ? 0 : 1;
}
