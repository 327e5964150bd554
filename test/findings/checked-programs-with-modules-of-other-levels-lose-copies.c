// Limitation check-mixed: in a program of level check the pointers that a module of level refs copies are not
// recorded: it looks for them in the arena, which is not there. A module of level check records its own.
// RUN: split-file %s %t.d && cd %t.d && rm -f *.mscope
// RUN: memscope-cc -fmemscope=check -g -O0 -c main.c && memscope-cc -fmemscope=refs -g -O0 -c other.c
// RUN: memscope-cc -fmemscope=check main.o other.o -o mixed && env MEMSCOPE_OPTIONS=out=mixed.mscope ./mixed
// RUN: memscope holders mixed.mscope | FileCheck --check-prefixes=CHECK,MIXED %s
// RUN: memscope-cc -fmemscope=check -g -O0 -c other.c
// RUN: memscope-cc -fmemscope=check main.o other.o -o same && env MEMSCOPE_OPTIONS=out=same.mscope ./same
// RUN: memscope holders same.mscope | FileCheck --check-prefixes=CHECK,SAME %s
// CHECK: block 1 {{ *}}ours
// CHECK-DAG: ours, in
// SAME-DAG: theirs, in
// MIXED-NOT: theirs, in

//--- main.c
#include <stdlib.h>
char *ours;
void keep(char *block);

int main(void) {
  ours = malloc(10);
  keep(ours);
  return 0;
}
//--- other.c
char *theirs;

void keep(char *block) { theirs = block; }
