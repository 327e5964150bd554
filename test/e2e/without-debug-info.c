// Without -g there are no variables: functions have names, and the report says once what is
// missing and why.
// REQUIRES: plugin
// RUN: memscope-cc -O1 %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope report -w 200 %t.mscope | FileCheck %s
#include <stdlib.h>

void *keep;
// CHECK-COUNT-1: without -g
// CHECK-NOT: without -g
// CHECK: malloc() {{.*}}make_one {{ *}}1 {{ *}}77 B
__attribute__((noinline)) void make_one(void) { keep = malloc(77); }

int main(void) {
  make_one();
  return 0;
}
