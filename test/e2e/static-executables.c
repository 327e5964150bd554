// Without a dynamic linker the runtime is linked in and wraps malloc: same names.
// REQUIRES: plugin
// RUN: memscope-cc -g -O2 -static %s -o %t.static && memscope run -q -o %t.1.mscope -- %t.static
// RUN: memscope report --by site -w 200 %t.1.mscope | FileCheck %s
// RUN: memscope-cc -g -O2 -static-pie %s -o %t.pie && memscope run -q -o %t.2.mscope -- %t.pie
// RUN: memscope report --by site -w 200 %t.2.mscope | FileCheck %s
// RUN: memscope-c++ -x c++ -g -O2 -static %s -o %t.cxx && memscope run -q -o %t.3.mscope -- %t.cxx
// RUN: memscope report --by site -w 200 %t.3.mscope | FileCheck %s
#include <stdlib.h>
#include <string.h>

char *name;
long *table;

int main(void) {
  // CHECK-DAG: {{^}}  name {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:10 {{ *}}main {{ *}}1 {{ *}}6 B
  name = strdup("hello");
#ifdef __cplusplus
  table = new long[9];
#else
  // CHECK-DAG: {{^}}  table {{ *}}long[] {{ *}}{{[^ ]*}}:{{[0-9]+}}:{{[0-9]+}} {{ *}}main {{ *}}1 {{ *}}72 B
  table = (long *)calloc(9, sizeof(long));
#endif
  return 0;
}
