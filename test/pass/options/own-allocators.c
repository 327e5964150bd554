// -memscope-alloc names a program's own allocator and its freeing function, declared or defined;
// the option may be repeated, and one that cannot be read is an error that shows the form.
// RUN: %clang -g -Xclang -disable-llvm-passes -S -emit-llvm %s -o %t.ll
// RUN: %opt -load-pass-plugin=%memscope_pass -memscope-alloc=pool_get:1,pool_put -memscope-alloc=grab:0 -passes=memscope-annotate -S %t.ll | FileCheck %s
// RUN: not %opt -load-pass-plugin=%memscope_pass -memscope-alloc=pool_get -passes=memscope-annotate -S %t.ll 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not %opt -load-pass-plugin=%memscope_pass -memscope-alloc=pool_get:x -passes=memscope-annotate -S %t.ll 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not %opt -load-pass-plugin=%memscope_pass -memscope-alloc=pool_get:0, -passes=memscope-annotate -S %t.ll 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: memscope: -memscope-alloc: got 'pool_get{{.*}}', expected NAME:SIZEARG[,FREENAME]
#include <stddef.h>
struct pool;
void *pool_get(struct pool *, size_t);
void pool_put(void *);
static char arena[100];
static void *grab(size_t n) { return arena + n; }
void f(struct pool *pool) {
  char *p = pool_get(pool, 3);
  // CHECK-DAG: !"p", !"char", !"pool_get", !"pool_get", i32 [[#@LINE-1]], i32 13, i32 1,
  pool_put(p);
  // CHECK-DAG: !"p", !"char", !"pool_put", !"pool_put", i32 [[#@LINE-1]], i32 3, i32 4,
  char *q = grab(4);
  // CHECK-DAG: !"q", !"char", !"grab", !"grab", i32 [[#@LINE-1]], i32 13, i32 1,
}
