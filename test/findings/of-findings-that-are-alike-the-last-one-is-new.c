// Limitation rep-baseline-alike: findings of one kind about one variable in one function are alike. Where one
// has been added, the one that is last in the file counts as new for a baseline, though here it is the first.
// RUN: memscope-cc -g -O0 %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings --json %t.mscope > %t.json
// RUN: memscope-cc -g -O0 -DADDED %s -o %t.new
// RUN: rm -f %t.new.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.new.mscope %t.new
// RUN: memscope findings --baseline=%t.json %t.new.mscope | FileCheck %s
// CHECK-NOT: 30 bytes
// CHECK: error: 40 bytes are lost: text was overwritten [leak.lost]
// CHECK-NOT: 30 bytes
// CHECK: in the baseline: 1
#include <stdlib.h>
static char *text;

int main(void) {
#ifdef ADDED
  text = malloc(30);
#endif
  text = malloc(40);
  text = NULL;
  return 0;
}
