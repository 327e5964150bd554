// libc has no frame pointers, so a walk from malloc inside strdup ends there. It goes on in the
// function that called strdup, with that function and all its callers, inlined or not; two copies of
// an inlined function are told apart by the line of their caller.
// REQUIRES: plugin, x86_64
// RUN: memscope-cc -g -O0 %s -o %t0 && memscope run -q -o %t0.mscope -- %t0
// RUN: memscope report -w 200 %t0.mscope | FileCheck %s
// RUN: memscope-cc -g -O2 %s -o %t2 && memscope run -q -o %t2.mscope -- %t2
// RUN: memscope report -w 200 %t2.mscope | FileCheck %s
// RUN: memscope dump %t2.mscope | FileCheck --check-prefix=LINES %s
#include <string.h>
struct pair { char *left, *right; } pairs[2];
static void fill(struct pair *p, const char *text) {
  p->left = strdup(text);
}
__attribute__((noinline)) static void outer(const char *text) {
  fill(&pairs[0], text); // LINES-DAG: symbol {{.*}}function="outer" {{.*}}line=[[#@LINE]]
  fill(&pairs[1], text); // LINES-DAG: symbol {{.*}}function="outer" {{.*}}line=[[#@LINE]]
}
int main(int argc, char **argv) {
  outer(argv[0]);
  return argc == 0;
}
// CHECK: Live at exit
// CHECK: p->left {{.*}}in fill <- outer <- main
