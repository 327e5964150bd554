// Limitation own-foreign-refs: that a library keeps a reference is not seen if MemScope did not compile it, so that a
// block of its own seems to be owned by who asked for it. If it is compiled, it is known to keep the block.
// RUN: split-file %s %t.d && cd %t.d && rm -f *.mscope
// RUN: memscope-cc -g -O1 -fmemscope=full -c main.c
// RUN: %clang -g -O1 -c library.c
// RUN: memscope-cc main.o library.o -o plain && env MEMSCOPE_OPTIONS=track=all:out=plain.mscope ./plain
// RUN: memscope ownership --width=110 plain.mscope | FileCheck --check-prefix=PLAIN %s
// RUN: memscope-cc -g -O1 -fmemscope=full -c library.c
// RUN: memscope-cc main.o library.o -o full && env MEMSCOPE_OPTIONS=track=all:out=full.mscope ./full
// RUN: memscope ownership --width=110 full.mscope | FileCheck --check-prefix=FULL %s
// PLAIN: library_table: result {{ *}}returns-owned
// PLAIN: mine in main {{ *}}owns
// FULL: library_table: result {{ *}}returns-borrowed
// FULL: mine in main {{ *}}borrows

//--- main.c
char *library_table(int size);
int main(void) {
  for (int i = 1; i < 5; i++) {
    char *mine = library_table(i * 20);
    mine[0] = 1;
    __asm__ volatile("" : : "r"(mine) : "memory");
  }
  return 0;
}
//--- library.c
#include <stdlib.h>
static char *tables[8];
static int used;
char *library_table(int size) {
  char *table = calloc(1, size);
  tables[used++] = table;
  return table;
}
