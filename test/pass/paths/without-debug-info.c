// Without -g a site has its function and its callee, no path and no type, and says so (flag 2).
// RUN: %clang -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <stdlib.h>
char *g;
void f(void) { g = malloc(1); }
// CHECK: !{!"f", !"{{.*}}", !"", !"", !"", !"malloc", !"malloc", i32 0, i32 0, i32 1, i32 3, i32 2, i32 0,
