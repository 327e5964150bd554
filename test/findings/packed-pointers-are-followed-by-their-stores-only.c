// Limitation follow-unaligned: a pointer at an address that is no multiple of 8 (in a packed structure) is
// followed when it is stored, and holds its block. When memcpy moves it, the copy is not seen; nor does the
// look through memory at the end find it, so that what only such a copy holds is said to be lost. A copy at a
// multiple of 8 is a holder.
// RUN: memscope-cc -g -O0 %s -o %t
// RUN: rm -f %t.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope holders --width=200 %t.mscope | FileCheck %s
// RUN: memscope findings %t.mscope | FileCheck --check-prefix=LOST %s
// LOST-NOT: 30 bytes are lost
// LOST: error: 31 bytes are lost: from->text
// LOST: 1 leak
// LOST-NOT: 30 bytes are lost
#include <stdlib.h>
#include <string.h>
struct __attribute__((packed)) unaligned {
  char kind;
  char *text;
};
struct aligned {
  long kind;
  char *text;
};
static struct unaligned stored, moved, *from;
static struct aligned copied, *source;

int main(void) {
  from = malloc(sizeof *from);
  source = malloc(sizeof *source);
  // CHECK: block {{[0-9]+}} stored.text
  // CHECK-NEXT: stored.text, in
  stored.text = malloc(30);
  // CHECK: block {{[0-9]+}} from->text
  // CHECK-NEXT: nobody
  from->text = malloc(31);
  // CHECK: block {{[0-9]+}} source->text
  // CHECK-NEXT: copied{{.*}}, in
  source->text = malloc(32);
  memcpy(&moved, from, sizeof moved);
  memcpy(&copied, source, sizeof copied);
  free(from);
  free(source);
  return moved.text == copied.text;
}
