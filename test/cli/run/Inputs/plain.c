#include <stdlib.h>
void *volatile keep;
int main(void) {
  keep = malloc(1000);
  return 0;
}
