// A program that takes access away from pages of its own blocks is looked through at exit like any other: the
// pages are left out, and what lies behind them is found.
// RUN: rm -f %t.mscope
// RUN: memscope-cc -g -O0 %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope dump --events %t.mscope | FileCheck --check-prefix=EVENTS %s
// EVENTS: snapshot "exit"
// EVENTS: snapshot-end
// RUN: memscope findings %t.mscope | FileCheck %s
// CHECK: error: 24 bytes are lost: lost was overwritten [leak.lost]
// CHECK: 1 error: 1 leak
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 8 };
static char *pool;
static void *lost;

int main(void) {
  pool = malloc(PAGES * PAGE);
  char *page = (char *)(((uintptr_t)pool + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
  void **behind = (void **)(page + 2 * PAGE);
  *behind = malloc(16);
  lost = malloc(24);
  lost = NULL;
  return mprotect(page + PAGE, PAGE, PROT_NONE) + mprotect(page + (PAGES - 2) * PAGE, PAGE, PROT_NONE);
}
