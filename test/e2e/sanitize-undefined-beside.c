// -fsanitize=undefined and MemScope work in one program: the report of one and the names of
// the other.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 -fsanitize=undefined %s -o %t
// RUN: memscope run -q -o %t.mscope -- %t 2>&1 | FileCheck --check-prefix=UBSAN %s
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
#include <limits.h>
#include <stdlib.h>

int *number;

int main(int argc, char **argv) {
  (void)argv;
  // CHECK: {{^}}  number {{ *}}int{{(\[\])?}} {{ *}}{{[^ ]*}}:[[@LINE+1]]:12 {{ *}}main {{ *}}1 {{ *}}4 B
  number = malloc(sizeof *number);
  *number = INT_MAX;
  // UBSAN: runtime error: signed integer overflow
  *number += argc;
  return 0;
}
