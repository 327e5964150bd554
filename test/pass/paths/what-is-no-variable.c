// A result that no variable receives is named by where it goes instead: returned, passed on, used
// in an expression, dropped. Paths may begin at the result of a call.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
struct item { char *name; };
struct item *get(int i);
void use(int n, char *s);
char *direct(void) {
  return malloc(1);
  // CHECK-DAG: !"direct", {{.*}}, !"return", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 10, i32 1, i32 7, i32 1,
}
int f(int i) {
  use(1, malloc(2));
  // CHECK-DAG: !"argument 2 of use", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 10, i32 1, i32 8,
  malloc(3);
  // CHECK-DAG: !"", !"{{.*}}", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 3, i32 1, i32 9,
  get(i)->name = malloc(4);
  // CHECK-DAG: !"get(i)->name", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  return malloc(5) != NULL;
  // CHECK-DAG: !"", !"{{.*}}", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 10, i32 1, i32 10,
}
