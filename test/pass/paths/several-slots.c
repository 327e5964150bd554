// When several slots get the result, the first is named and flag SEVERAL (4) is set; a conditional
// expression is looked through.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
struct s { char *p; };
void f(struct s *a, struct s *b, int c) {
  a->p = b->p = malloc(1);
  // CHECK-DAG: !"b->p", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 17, i32 1, i32 4, i32 4,
  a->p = c ? malloc(2) : 0;
  // CHECK-DAG: !"a->p", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 14, i32 1, i32 4, i32 0,
  if ((a->p = malloc(3)) == 0)
    // CHECK-DAG: !"a->p", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 15,
    abort();
}
