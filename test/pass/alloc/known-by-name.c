// The allocation functions of C and glibc are known by name, also under -fno-builtin and
// -ffreestanding, and each with its kind: 1 alloc, 3 realloc, 4 free, 5 out argument.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
// RUN: %clang -g -O0 -fno-builtin -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
// RUN: %clang -g -O2 -ffreestanding -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <malloc.h>
void f(FILE *in) {
  char *p = calloc(1, 2);
  // CHECK-DAG: !"p", !"char", !"calloc", !"calloc", i32 [[#@LINE-1]], i32 13, i32 1,
  p = realloc(p, 3);
  // CHECK-DAG: !"p", !"char", !"realloc", !"realloc", i32 [[#@LINE-1]], i32 7, i32 3,
  p = reallocarray(p, 3, 3);
  // CHECK-DAG: !"p", !"char", !"reallocarray", {{.*}}, i32 [[#@LINE-1]], i32 7, i32 3,
  p = strdup("x");
  // CHECK-DAG: !"p", !"char", !"{{(__)?}}strdup", {{.*}}, i32 [[#@LINE-1]], i32 7, i32 1,
  p = memalign(8, 3);
  // CHECK-DAG: !"p", !"char", !"memalign", {{.*}}, i32 [[#@LINE-1]], i32 7, i32 1,
  free(p);
  // CHECK-DAG: !"p", !"char", !"free", !"free", i32 [[#@LINE-1]], i32 3, i32 4,
  char *line = 0, *text;
  size_t cap;
  void *aligned;
  struct dirent **names;
  getline(&line, &cap, in);
  // CHECK-DAG: !"line", !"char", {{.*}}, i32 [[#@LINE-1]], i32 3, i32 5,
  asprintf(&text, "%d", 1);
  // CHECK-DAG: !"text", !"char", {{.*}}, i32 [[#@LINE-1]], i32 3, i32 5,
  posix_memalign(&aligned, 64, 100);
  // CHECK-DAG: !"aligned", !"void", {{.*}}, i32 [[#@LINE-1]], i32 3, i32 5,
  scandir("/", &names, 0, 0);
  // CHECK-DAG: !"names", !"struct dirent *", {{.*}}, i32 [[#@LINE-1]], i32 3, i32 5,
}
