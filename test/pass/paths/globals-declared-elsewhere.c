// clang describes no variable that is defined in another file. Members of a struct have their names if
// the module describes its type for another reason; if not, offsets tell them apart.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
extern char *shared;
extern struct server { int port; char *name; struct { char *buf; } in[4]; } server;
extern struct unseen { int port; char *name, *first; } unseen;
extern char *table[4];
int port(const struct server *s) { return s->port; }
void f(int i) {
  // CHECK-DAG: !"f", {{.*}}, !"shared", !"", !"malloc", !"malloc", i32 [[#@LINE+1]],
  shared = malloc(1);
  // CHECK-DAG: !"server.name", !"char", !"malloc", !"malloc", i32 [[#@LINE+1]],
  server.name = malloc(2);
  // CHECK-DAG: !"server.in[].buf", !"char", !"malloc", !"malloc", i32 [[#@LINE+1]],
  server.in[i].buf = malloc(3);
  // CHECK-DAG: !"unseen.(+8)", !"", !"malloc", !"malloc", i32 [[#@LINE+1]],
  unseen.name = malloc(4);
  // CHECK-DAG: !"unseen.(+16)", !"", !"malloc", !"malloc", i32 [[#@LINE+1]],
  unseen.first = malloc(5);
  // CHECK-DAG: !"table", !"", !"malloc", !"malloc", i32 [[#@LINE+1]],
  table[i] = malloc(6);
}
