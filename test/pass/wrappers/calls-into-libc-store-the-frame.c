// A call that may lead into code without frame pointers also stores its frame and stack pointer;
// malloc, which the runtime stands in for, and a function of the program's own headers do not.
// A tail call leaves nothing of the caller on the stack: its stack pointer is null.
// RUN: %clang -g -O1 -S -emit-llvm -fpass-plugin=%memscope_pass %s -o - | FileCheck %s
#include <stdlib.h>
#include <string.h>
char *own_dup(const char *text);
struct { char *a, *b, *c; } g;
void fill(const char *text) {
  g.a = strdup(text);
  g.b = malloc(8);
  g.c = own_dup(text);
}
char *tail(const char *text) { return strdup(text); }
// CHECK-LABEL: define {{.*}}@fill(
// CHECK: %[[FP:.*]] = {{.*}}call ptr @llvm.frameaddress.p0(i32 0)
// CHECK: store volatile ptr %[[FP]]
// CHECK: %[[SP:.*]] = {{.*}}call ptr @llvm.stacksave.p0()
// CHECK: store volatile ptr %[[SP]]
// CHECK: @strdup
// CHECK-NOT: frameaddress
// CHECK: @malloc
// CHECK-NOT: frameaddress
// CHECK: @own_dup
// CHECK-LABEL: define {{.*}}@tail(
// CHECK: store volatile ptr null
// CHECK: @strdup
