// Limitation slot-cycles: blocks that hold each other, or that only a lost block holds, have holders. So
// `memscope holders` does not say of them that nobody holds them; `memscope findings`, which asks what can be
// reached, says that they are lost.
// RUN: memscope-cc -g -O0 %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 %t.mscope | FileCheck %s
// RUN: memscope findings %t.mscope | FileCheck --check-prefix=FINDINGS %s
// CHECK: block 1 {{ *}}pair
// CHECK-NEXT: pair->other->other, in block 2
// CHECK: block 2 {{ *}}pair->other
// CHECK-NEXT: pair->other, in block 1
// CHECK: block 3 {{ *}}lone
// CHECK-NEXT: nobody: the last one, lone
// CHECK: block 4 {{ *}}lone->text
// CHECK-NEXT: lone->text, in block 3
// FINDINGS-DAG: error: 48 bytes in 2 blocks are lost in a cycle: pair was overwritten [leak.cycle]
// FINDINGS-DAG: error: 48 bytes are lost: lone was overwritten{{.*}} [leak.lost]
// FINDINGS-DAG: warning: 5 bytes are only reached through what is lost: lone->text [leak.indirect]
#include <stdlib.h>
struct peer {
  struct peer *other;
  char *text;
};
static struct peer *pair, *lone;

int main(void) {
  pair = calloc(1, sizeof *pair);
  pair->other = calloc(2, sizeof *pair);
  pair->other->other = pair;
  pair = NULL;
  lone = calloc(3, sizeof *lone);
  lone->text = malloc(5);
  lone = NULL;
  return 0;
}
