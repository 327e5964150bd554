// Slots that become null in qsort, that an integer overwrites through a union, that come in a
// structure on the stack; and the compiler's own copy of a structure, which is none.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include %s -o %t.O0
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t.O2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O0.mscope %t.O0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O2.mscope %t.O2
// RUN: memscope holders --at=marks --json %t.O0.mscope | FileCheck %s
// RUN: memscope holders --at=marks --json %t.O2.mscope | FileCheck %s
#include <memscope/memscope.h>
#include <stdlib.h>

struct big {
  void *p[4];
};
static void *array[2];
static union {
  void *p;
  unsigned long n;
} shared;
static struct big object;
void *volatile *seen;
__attribute__((noinline)) static void escape(void *at) { seen = at; }

static int null_first(const void *a, const void *b) {
  return !!*(void *const *)a - !!*(void *const *)b;
}

__attribute__((noinline)) static struct big passed(struct big parameter) {
  escape(&parameter);
  memscope_mark("in the callee");
  parameter.p[1] = NULL;
  return parameter;
}

int main(void) {
  array[0] = malloc(8);
  shared.p = array[0];
  escape(&shared);
  memscope_mark("before");
  qsort(array, 2, sizeof *array, null_first);
  shared.n = 7;
  // One holder, the other element.
  // CHECK: "mark":{{ ?}}"sorted"{{.*}}"holders":{{ ?}}[{{[{][^{}]*[}]}}]
  // CHECK-NOT: "shared.
  memscope_mark("sorted");
  struct big local = {{array[1], array[1]}};
  escape(&local);
  // CHECK: "mark":{{ ?}}"in the callee"{{.*}}"path":{{ ?}}"parameter"
  object = passed(local);
  // local.p[0], local.p[1], object.p[0] and the array: no storage of the compiler's own.
  // CHECK: "mark":{{ ?}}"at the end"{{.*}}"holders":{{ ?}}[{{([{][^{}]*[}],?)([{][^{}]*[}],?)([{][^{}]*[}],?)([{][^{}]*[}])}}]
  memscope_mark("at the end");
  return 0;
}
