// With -fsanitize=address the program is ASan's alone: a warning, no trace, and ASan's report.
// REQUIRES: plugin
// RUN: memscope-cc -g -fsanitize=address %s -o %t 2>&1 | FileCheck --check-prefix=WARNING %s
// RUN: env MEMSCOPE_OPTIONS=out=%t.mscope not %t 2>&1 | FileCheck %s
// RUN: not ls %t.mscope
#include <stdlib.h>

// WARNING: memscope-cc: warning: -fsanitize=address brings its own allocator
int main(void) {
  char *volatile p = malloc(10);
  free(p);
  // CHECK: heap-use-after-free
  return p[0];
}
