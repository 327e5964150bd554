#include <memscope/site.h>
extern "C" void make_part(void);
int *whole;
int main() {
  whole = new int[5];
  make_part();
  return sizeof(struct ms_site) == 48 ? 0 : 1;
}
