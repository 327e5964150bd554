// Limitation rec-truncated-by-others: a program whose trace somebody truncates while it runs is hit by SIGBUS; not
// with record=0, when there is none.
// RUN: %cc -g -O0 -fno-builtin %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: rm -f %t*.mscope
// RUN: env MEMSCOPE_OPTIONS=out=%t.mscope %t 0 %t.mscope
// RUN: env MEMSCOPE_OPTIONS=out=%t.cut.mscope not --crash %t 1 %t.cut.mscope
// RUN: env MEMSCOPE_OPTIONS=record=0:out=%t.none.mscope %t 1 %t.none.mscope
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  assert(argc == 3);
  for (int i = 0; i < 2000; i++) {
    if (i == 1000 && atoi(argv[1]))
      (void)!truncate(argv[2], 0);
    free(malloc(10));
  }
  return 0;
}
