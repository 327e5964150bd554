// Limitation check-return: the use of a local variable after its function has returned is not looked
// for, because the variables would then lie on AddressSanitizer's own stack and not end with their
// frame for us. Asked for in ASAN_OPTIONS it is found with its variable and line; but the block that
// only a local variable of a function that has returned points at then counts as held.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -fmemscope=check -g -O0 -w %s -o %t
// RUN: env MEMSCOPE_OPTIONS=out=%t.off.mscope %t
// RUN: memscope findings %t.off.mscope | FileCheck --check-prefix=OFF %s
// RUN: env ASAN_OPTIONS=detect_stack_use_after_return=1 MEMSCOPE_OPTIONS=out=%t.on.mscope %t 2> /dev/null
// RUN: memscope findings %t.on.mscope | FileCheck --check-prefix=ON %s
// OFF-NOT: use-after-scope
// OFF: error: 24 bytes are lost: block went out of scope [leak.lost]
// OFF-NOT: use-after-scope
// ON-NOT: leak.lost
// ON: asked-for.c:32: error: a read of 4 bytes in local comes after its scope has ended [use-after-scope]
// ON-NOT: leak.lost
#include <stdlib.h>
static int *keep(int *address) { return address; }
static int *leave(void) {
  int local = 3;
  return keep(&local);
}
static void lose(void) {
  void *block = malloc(24);
  void **address = &block;
  if (!*address)
    abort();
}
int main(void) {
  lose();
  int *local = leave();
  return *local == 4;
}
