// A cast in the source is looked through: the type of the access says which members are meant
// when the declared type is void or char.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
struct hdr { long size; char *name; };
typedef struct { struct hdr *first; struct hdr *second; } pair;
void *raw;
void f(void *p, char *bytes, unsigned long word) {
  ((struct hdr *)p)->name = malloc(1);
  // CHECK-DAG: !"p->name", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  ((pair *)bytes)->second = malloc(2);
  // CHECK-DAG: !"bytes->second", !"struct hdr", !"malloc", !"malloc", i32 [[#@LINE-1]],
  ((struct hdr *)raw)->name = malloc(3);
  // CHECK-DAG: !"raw->name", !"char", !"malloc", !"malloc", i32 [[#@LINE-1]],
  *(char **)p = malloc(4);
  // CHECK-DAG: !"*p", !"{{.*}}", !"malloc", !"malloc", i32 [[#@LINE-1]],
  unsigned long kept = (unsigned long)malloc(5);
  // CHECK-DAG: !"kept", !"unsigned long", !"malloc", !"malloc", i32 [[#@LINE-1]],
}
