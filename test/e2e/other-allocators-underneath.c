// jemalloc and mimalloc, named on the link line, do the work; the names stay ours.
// REQUIRES: plugin, jemalloc, mimalloc
// RUN: memscope-cc -g -O1 %s -ljemalloc -o %t.je && memscope run -q -o %t.je.mscope -- %t.je
// RUN: memscope report --by site -w 200 %t.je.mscope | FileCheck %s
// RUN: memscope-cc -g -O1 %s -lmimalloc -o %t.mi && memscope run -q -o %t.mi.mscope -- %t.mi
// RUN: memscope report --by site -w 200 %t.mi.mscope | FileCheck %s
#include <stdlib.h>

char *buffer;

int main(void) {
  // CHECK: {{^}}  buffer {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:12 {{ *}}main {{ *}}1 {{ *}}321 B
  buffer = malloc(321);
  return 0;
}
