// A signed integer, a size_t or a floating-point number in a structure holds no block when memcpy, memmove or an assignment
// moves the structure, whatever bytes lie there; unsigned ones and unions may, and so does memory
// whose type is not that of the bytes that are moved.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include %s -o %t.O0
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t.O2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O0.mscope %t.O0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O2.mscope %t.O2
// RUN: memscope holders --at=marks %t.O0.mscope | FileCheck %s
// RUN: memscope holders --at=marks %t.O2.mscope | FileCheck %s
#include <memscope/memscope.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct words {
  long stale;
  size_t count;
  void *kept;
  struct {
    double number;
    union {
      long n;
      void *p;
    } either[2];
  } inner;
  intptr_t address;
  int small[4];
  unsigned long raw;
};
struct tail {
  long length;
  void *open[];
};
static struct words from[3], to[3];
static struct tail *tail;

/* The bytes of P, behind the back of the pass. */
__attribute__((noinline)) static void put(void *at, void *p) {
  for (size_t i = 0; i < sizeof p; i++)
    ((volatile char *)at)[i] = ((char *)&p)[i];
}

__attribute__((noinline)) static void move(size_t n) {
  memmove(to + 1, from + 1, n * sizeof *to);
}

int main(void) {
  void *block = malloc(8);
  for (struct words *w = from; w < from + 3; w++) {
    put(&w->stale, block);
    put(&w->count, block);
    put(&w->inner.number, block);
    put(&w->small, block);
    w->kept = w->inner.either[0].p = block;
    put(&w->inner.either[1], block);
    put(&w->address, block);
    put(&w->raw, block);
  }
  memscope_mark("before");
  // Five words of each element.
  move(2);
  // CHECK: mark "moved"
  // CHECK-COUNT-10: {{^ +to[^ ]*,}}
  // CHECK-NOT: {{^ +to[^ ]*,}}
  memscope_mark("moved");
  to[0] = from[0];
  // CHECK: mark "assigned"
  // CHECK-COUNT-15: {{^ +to[^ ]*,}}
  // CHECK-NOT: {{^ +to[^ ]*,}}
  memscope_mark("assigned");
  tail = malloc(sizeof *tail + 2 * sizeof(void *));
  // The length of an object with more behind it is not the type's: all is looked at.
  memcpy(tail, &from[0].kept - 1, sizeof *tail + sizeof(void *));
  // CHECK: mark "longer"
  // CHECK-COUNT-2: {{^ +[*]tail,}}
  memscope_mark("longer");
  memset(from, 0, sizeof from);
  memset(to, 0, sizeof to);
  free(tail);
  free(block);
  return 0;
}
