// Objects of memscope-cc that are linked by another command fail to link, and the missing
// symbol says what is missing and in which version.
// REQUIRES: plugin
// RUN: memscope-cc -g -c %s -o %t.o
// RUN: not %clang %t.o -o %t 2>&1 | FileCheck %s
// RUN: not memscope-cc -fno-memscope %t.o -o %t 2>&1 | FileCheck %s
// CHECK: undefined {{.*}}__memscope_abi_v4
#include <stdlib.h>
char *p;
int main(void) {
  p = malloc(1);
  return 0;
}
