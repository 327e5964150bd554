// Naked functions, ifunc resolvers (they run before thread-local storage exists) and functions that
// opt out are not instrumented; -memscope-remarks says so for each call.
// RUN: %clang -g -O0 -S -emit-llvm -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-remarks %s -o - 2>%t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.err
#include <stdlib.h>
char *g;
__attribute__((disable_sanitizer_instrumentation)) void opted_out(void) { g = malloc(1); }
// REMARK: functions-that-must-not-change.c:[[#@LINE-1]]:{{[0-9]+}}: call in opted_out is not a site: instrumentation is off for the function
// CHECK-LABEL: define{{.*}} void @opted_out(
// CHECK-NOT: store volatile
// CHECK: ret void
void seen(void) { g = malloc(3); __asm__ volatile("" ::: "memory"); }
// REMARK: call in seen is not a site: inline assembly
// CHECK-LABEL: define{{.*}} void @seen(
// CHECK: store volatile
static void real(void) {}
static void *resolve(void) { g = malloc(2); return real; }
void ifunc(void) __attribute__((ifunc("resolve")));
// CHECK-LABEL: define{{.*}} ptr @resolve(
// CHECK-NOT: store volatile
// CHECK: ret ptr
