// Anonymous members add nothing to a path. Of a union's members, which share their place, the one
// is named that holds a pointer, and of several the one that fits what the callee returns.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
struct tok { int kind; };
struct tree { int n; };
struct tok *tok_new(void);
struct tree *tree_new(void);
union val { long i; struct tok *tok; struct tree *tree; };
struct node {
  int tag;
  union { int num; char *str; };
  struct { int pad; struct { char *inner; }; };
  union val v;
};
void f(struct node *n) {
  n->str = malloc(1);
  // CHECK-DAG: !"n->str", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  n->inner = malloc(2);
  // CHECK-DAG: !"n->inner", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  n->v.tok = tok_new();
  // CHECK-DAG: !"n->v.tok", !"struct tok", !"tok_new", !"tok_new", i32 [[#@LINE-1]],
  n->v.tree = tree_new();
  // CHECK-DAG: !"n->v.tree", !"struct tree", !"tree_new", !"tree_new", i32 [[#@LINE-1]],
}
