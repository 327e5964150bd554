// Limitation: -Wl,--exclude-libs,ALL makes malloc local to the executable, so that what
// libraries allocate for themselves (here stdio's buffer) is not recorded; the program's own
// allocations are.
// REQUIRES: plugin
// RUN: memscope-cc -g -O0 -Wl,--exclude-libs,ALL %s -o %t
// RUN: memscope run -q -o %t.mscope -- %t > %t.out && memscope report --by site -w 200 %t.mscope | FileCheck %s
#include <stdio.h>
#include <stdlib.h>

char *buffer;

int main(void) {
  // CHECK: allocated {{ *}}1 block
  // CHECK: {{^}}  buffer {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:12 {{ *}}main {{ *}}1 {{ *}}778 B
  buffer = malloc(778);
  printf("%p\n", (void *)buffer);
  return 0;
}
