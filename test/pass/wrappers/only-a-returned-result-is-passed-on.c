// A function is a wrapper for exactly those calls whose result it may return (flag 1); a local that
// is overwritten in between does not count, one that is returned on some path does.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
char *other(void);
char *f(int c) {
  char *p = malloc(1);
  // CHECK-DAG: !"f", {{.*}}, !"malloc", !"malloc", i32 [[#@LINE-1]], i32 13, i32 1, i32 1, i32 0,
  free(p);
  p = other();
  // CHECK-DAG: !"f", {{.*}}, !"other", !"other", i32 [[#@LINE-1]], i32 7, i32 2, i32 1, i32 1,
  return p;
}
struct ctx { char *buf; };
struct ctx *ctx_new(int c) {
  struct ctx *x = calloc(1, sizeof *x);
  // CHECK-DAG: !"ctx_new", {{.*}}, !"calloc", !"calloc", i32 [[#@LINE-1]], i32 19, i32 1, i32 1, i32 1,
  x->buf = malloc(2);
  // CHECK-DAG: !"ctx_new", {{.*}}, !"malloc", !"malloc", i32 [[#@LINE-1]], i32 12, i32 1, i32 4, i32 0,
  if (c)
    return NULL;
  return x;
}
struct ctx *make(void) {
  return ctx_new(0);
  // CHECK-DAG: !"make", {{.*}}, !"return", {{.*}}, !"ctx_new", !"ctx_new", i32 [[#@LINE-1]], i32 10, i32 2, i32 7, i32 17,
}
