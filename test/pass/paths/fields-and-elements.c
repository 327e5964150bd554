// A slot inside structs and arrays is named by its members from the variable on; a constant
// index is shown, a variable one is not.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
struct item { int k; char *name; struct { struct item *deep[3]; } in; unsigned bit : 3; char *after; };
struct ctx { struct item *entries; int n; struct item fixed[4]; char *grid[2][5]; };

void f(struct ctx *c, char **out, int i, struct item **list) {
  struct item local;
  local.name = malloc(1);
  // CHECK-DAG: !{!"f", {{.*}}, !"local.name", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 16, i32 1, i32 4, i32 0, i32 1, i32 5,
  c->entries = malloc(2);
  // CHECK-DAG: !"c->entries", !"struct item", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 16, i32 1, i32 4,
  c->entries[i].name = malloc(3);
  // CHECK-DAG: !"c->entries[].name", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  c->entries[7].after = malloc(4);
  // CHECK-DAG: !"c->entries[7].after", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  c->fixed[2].in.deep[1] = malloc(5);
  // CHECK-DAG: !"c->fixed[2].in.deep[1]", !"struct item", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 28, i32 1, i32 5,
  c->fixed[i].in.deep[i] = malloc(6);
  // CHECK-DAG: !"c->fixed[].in.deep[]", !"struct item", !"malloc", !"malloc", i32 [[#@LINE-1]],
  c->grid[1][i] = malloc(7);
  // CHECK-DAG: !"c->grid[1][]", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  *out = malloc(8);
  // CHECK-DAG: !"*out", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]], i32 10, i32 1, i32 6,
  list[i]->name = malloc(9);
  // CHECK-DAG: !"list[]->name", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  list[0] = malloc(10);
  // CHECK-DAG: !"*list", !"struct item", !"malloc", !"malloc", i32 [[#@LINE-1]],
  free(local.name);
  // CHECK-DAG: !"local.name", !"char", !"free", !"free", i32 [[#@LINE-1]], i32 3, i32 4, i32 4,
}
