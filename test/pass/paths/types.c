// The type is the C spelling of what the slot points at, with its size; typedefs keep their name.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
typedef struct { long a, b; } pair;
struct item { int k[3]; };
struct open;
typedef int (*callback)(void *, char);
struct all {
  pair *pair;
  const struct item *item;
  struct item **list;
  callback *hooks;
  int (*rows)[4];
  struct open *open;
  void *any;
  void (*(*table)[2])(int);
};
void f(struct all *a) {
  a->pair = malloc(1);
  // CHECK-DAG: !"a->pair", !"pair", {{.*}}, i32 [[#@LINE-1]], i32 13, i32 1, i32 4, i32 0, i32 16,
  a->item = malloc(1);
  // CHECK-DAG: !"a->item", !"const struct item", {{.*}}, i32 [[#@LINE-1]], i32 13, i32 1, i32 4, i32 0, i32 12,
  a->list = malloc(1);
  // CHECK-DAG: !"a->list", !"struct item *", {{.*}}, i32 [[#@LINE-1]], i32 13, i32 1, i32 4, i32 0, i32 8,
  a->hooks = malloc(1);
  // CHECK-DAG: !"a->hooks", !"callback", {{.*}}, i32 [[#@LINE-1]],
  a->rows = malloc(1);
  // CHECK-DAG: !"a->rows", !"int[4]", {{.*}}, i32 [[#@LINE-1]], i32 13, i32 1, i32 4, i32 0, i32 16,
  a->open = malloc(1);
  // CHECK-DAG: !"a->open", !"struct open", {{.*}}, i32 [[#@LINE-1]], i32 13, i32 1, i32 4, i32 0, i32 0,
  a->any = malloc(1);
  // CHECK-DAG: !"a->any", !"void", {{.*}}, i32 [[#@LINE-1]],
  a->table = malloc(1);
  // CHECK-DAG: !"a->table", !"void (*[2])(int)", {{.*}}, i32 [[#@LINE-1]],
}
