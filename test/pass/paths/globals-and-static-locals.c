// Globals, statics and static locals are named as they are declared, with the line that declares
// them.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
char *shared;
static int *hidden[4];
static struct { char *buf; } state;
void f(int i) {
  static char *once;
  // CHECK-DAG: !"f", {{.*}}, !"once", !"char", !"malloc", !"malloc", i32 [[#@LINE+1]], i32 10, i32 1, i32 3, i32 0, i32 1, i32 [[#@LINE-1]],
  once = malloc(1);
  shared = malloc(2);
  // CHECK-DAG: !"shared", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 12, i32 1, i32 3,
  hidden[i] = malloc(3);
  // CHECK-DAG: !"hidden[]", !"int", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 15, i32 1, i32 5,
  state.buf = malloc(4);
  // CHECK-DAG: !"state.buf", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 15, i32 1, i32 4,
}
