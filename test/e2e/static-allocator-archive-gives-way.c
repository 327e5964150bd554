// Limitation: an allocator that is linked from an archive and only by the names of the malloc
// family is not pulled in, because those names are the runtime's already: the C library's
// allocator does the work. The names and counts are right.
// REQUIRES: plugin, jemalloc
// RUN: memscope-cc -g -O1 %s -Wl,-Bstatic -ljemalloc -Wl,-Bdynamic -lm -o %t
// RUN: memscope run -q -o %t.mscope -- %t && memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: llvm-nm %t | FileCheck --check-prefix=SYMBOLS %s
// SYMBOLS-NOT: jemalloc
#include <stdlib.h>

char *buffer;

int main(void) {
  // CHECK: {{^}}  buffer {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:12 {{ *}}main {{ *}}1 {{ *}}777 B
  buffer = malloc(777);
  return 0;
}
