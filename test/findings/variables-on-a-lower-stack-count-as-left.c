// Limitation slot-other-stacks: at level full a thread that goes back from a stack of its own making to one
// that lies higher in memory seems to have left the functions there. The variables of a coroutine that waits
// hold nothing; they do until the thread calls something else, and those of the upper stack always do.
// RUN: memscope-cc -g -O0 -fmemscope=full -I%memscope_include %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 --at=marks %t.mscope | FileCheck %s
// CHECK-LABEL: at mark "inside"
// CHECK: block 1 {{ *}}upper
// CHECK-NEXT: upper, variable of main
// CHECK: block 2 {{ *}}lower
// CHECK-NEXT: lower, variable of coroutine
// CHECK-LABEL: at mark "outside"
// CHECK: block 1 {{ *}}upper
// CHECK-NEXT: upper, variable of main
// CHECK: block 2 {{ *}}lower
// CHECK-NEXT: nobody
#include <stdlib.h>
#include <ucontext.h>

#include "memscope/memscope.h"

static ucontext_t outer, inner;
static char stack[1 << 16];

static void coroutine(void) {
  char *lower = malloc(20);
  memscope_mark("inside");
  swapcontext(&inner, &outer);
  free(lower);
}

static void outside(void) { memscope_mark("outside"); }

int main(void) {
  char *upper = malloc(10);
  getcontext(&inner);
  inner.uc_stack.ss_sp = stack;
  inner.uc_stack.ss_size = sizeof stack;
  inner.uc_link = &outer;
  makecontext(&inner, coroutine, 0);
  swapcontext(&outer, &inner);
  outside();
  swapcontext(&outer, &inner);
  free(upper);
  return 0;
}
