// -ffunction-sections with --gc-sections drops functions, never the names of those that stay.
// REQUIRES: plugin
// RUN: memscope-cc -g -O2 -ffunction-sections -fdata-sections -Wl,--gc-sections %s -o %t
// RUN: memscope run -q -o %t.mscope -- %t && memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: memscope-cc -g -O2 -ffunction-sections -fdata-sections -Wl,--gc-sections -fuse-ld=lld %s -o %t
// RUN: memscope run -q -o %t.mscope -- %t && memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: strip %t && memscope run -q -o %t.mscope -- %t && memscope report --by site -w 200 %t.mscope | FileCheck %s
#include <stdlib.h>

char *kept;
char *dropped;
void never_called(void) { dropped = malloc(1); }

int main(void) {
  // CHECK: {{^}}  kept {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:10 {{ *}}main {{ *}}1 {{ *}}123 B
  kept = malloc(123);
  return 0;
}
