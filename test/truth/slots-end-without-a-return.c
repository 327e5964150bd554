// Variables end with their block (also at -O0, where no lifetime marker says so), arrays of variable
// length with theirs, and what longjmp left behind when setjmp returns.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include %s -o %t.O0
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t.O2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O0.mscope %t.O0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O2.mscope %t.O2
// RUN: memscope holders --at=marks --json %t.O0.mscope | FileCheck %s
// RUN: memscope holders --at=marks --json %t.O2.mscope | FileCheck %s
#include <memscope/memscope.h>
#include <setjmp.h>
#include <stdlib.h>

static void *global;
static jmp_buf landing;
void *volatile *seen;
__attribute__((noinline)) static void escape(void *at) { seen = at; }

__attribute__((noinline)) static void jump(void *p) {
  void *jumped = p;
  escape(&jumped);
  memscope_mark("before the jump");
  longjmp(landing, 1);
}

__attribute__((noinline)) static void uses_stack(int depth) {
  char room[64];
  escape(room);
  if (depth)
    uses_stack(depth - 1);
  else
    memscope_mark("after the jump");
}

__attribute__((noinline)) static void blocks(int n) {
  {
    void *inner = global;
    escape(&inner);
    memscope_mark("in the block");
  }
  memscope_mark("after the block");
  {
    void *array[n];
    for (int i = 0; i < n; i++)
      array[i] = global;
    escape(array);
    memscope_mark("with the array");
  }
  memscope_mark("after the array");
  if (!setjmp(landing))
    jump(global);
  uses_stack(3);
}

int main(int argc, char **argv) {
  (void)argv;
  global = malloc(8);
  blocks(argc + 1);
  return 0;
}
// CHECK: "mark":{{ ?}}"in the block"{{.*}}"path":{{ ?}}"inner"
// CHECK: "mark":{{ ?}}"after the block"
// CHECK-NOT: "inner"
// CHECK: "mark":{{ ?}}"with the array"{{.*}}"path":{{ ?}}"array[]"
// CHECK: "mark":{{ ?}}"after the array"
// CHECK-NOT: "array[]"
// CHECK: "mark":{{ ?}}"before the jump"{{.*}}"path":{{ ?}}"jumped"
// CHECK: "mark":{{ ?}}"after the jump"
// CHECK-NOT: "jumped"
// CHECK-SAME: "path":{{ ?}}"global"
