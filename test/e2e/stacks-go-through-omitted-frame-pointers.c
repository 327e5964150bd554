// -fomit-frame-pointer on the command line does not cut the stacks.
// REQUIRES: plugin
// RUN: memscope-cc -g -O2 -fomit-frame-pointer -momit-leaf-frame-pointer %s -o %t
// RUN: memscope run -q -o %t.mscope -- %t && memscope report -w 200 %t.mscope | FileCheck %s
#include <stdlib.h>
char *kept;
#define DEEP __attribute__((noinline))
DEEP void third(int n) { kept = malloc((size_t)n); kept[0] = 1; }
DEEP void second(int n) { third(n + 1); kept[1] = 2; }
DEEP void first(int n) { second(n + 1); kept[2] = 3; }
// CHECK: in third <- second <- first
int main(int argc, char **argv) {
  (void)argv;
  first(argc + 10);
  return 0;
}
