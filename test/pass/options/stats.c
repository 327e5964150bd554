// -memscope-stats prints what was found and how much of it was named: here five heap sites, of
// which one is only compared, and one call that cannot be seen into.
// RUN: %clang -g -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %opt -load-pass-plugin=%memscope_pass -memscope-stats -passes=memscope-annotate -disable-output %t.ll 2>&1 | FileCheck %s --strict-whitespace --match-full-lines
//      CHECK:memscope: sites of {{.*}}stats.c
// CHECK-NEXT:  kind                 total  with path  with type       both
// CHECK-NEXT:  alloc                    2          1          1          1   50.0 %
// CHECK-NEXT:  call                     1          1          1          1  100.0 %
// CHECK-NEXT:  realloc                  1          1          1          1  100.0 %
// CHECK-NEXT:  free                     1          1          1          1  100.0 %
// CHECK-NEXT:  out                      1          1          1          1  100.0 %
// CHECK-NEXT:  opaque                   1          0          0          0    0.0 %
// CHECK-NEXT:  heap sites               5          4          4          4   80.0 %
// CHECK-NEXT:  stored results           3          3          3          3  100.0 %
// CHECK-NEXT:  calls left out           0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
char *outside(void);
int f(void) {
  char *p = malloc(1);
  p = realloc(p, 2);
  free(p);
  char *line = 0;
  size_t cap = 0;
  getline(&line, &cap, stdin);
  p = outside();
  puts(p);
  return malloc(3) == 0;
}
