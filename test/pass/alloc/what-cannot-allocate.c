// Calls that cannot lead to an allocation are left alone: intrinsics, string functions, system
// calls, and functions of the module that hand no allocation to their caller.
// RUN: %clang -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
#include <string.h>
#include <unistd.h>
#include <stdio.h>
static char *end(char *s) { return s + strlen(s); }
static char *log_and_keep(char *s) { puts(s); return s; }
// CHECK: !memscope.sites = !{![[#PUTS:]]}
char *f(char *a, const char *b) {
  memcpy(a, b, 10);
  write(1, a, 1);
  char *e = end(strchr(a, 'x'));
  return log_and_keep(e);
}
// CHECK: ![[#PUTS]] = !{!"log_and_keep", {{.*}}, !"puts", i32 {{[0-9]+}}, i32 {{[0-9]+}}, i32 6,
