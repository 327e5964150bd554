// Limitation find-unused: no finding says that a block is never used, or written and never read, or that a
// block which grows never needs its capacity: accesses are not recorded.
// RUN: memscope-cc -g -O0 -fmemscope=full %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings --all %t.mscope | FileCheck %s
// RUN: memscope-cc -g -O0 -fmemscope=check %s -o %t.check
// RUN: rm -f %t.check.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.check.mscope %t.check
// RUN: memscope findings --all %t.check.mscope | FileCheck %s
// CHECK-NOT: never
// CHECK: no errors, no warnings
#include <stdlib.h>
#include <string.h>
static char *never_used, *never_read, *too_large;

int main(void) {
  never_used = malloc(5000);
  never_read = malloc(5000);
  memset(never_read, 1, 5000);
  for (size_t size = 100; size < 1000000; size *= 10)
    too_large = realloc(too_large, size);
  too_large[0] = 1;
  int first = too_large[0];
  free(never_used);
  free(never_read);
  free(too_large);
  never_used = never_read = too_large = NULL;
  return first != 1;
}
