// Limitation own-passport-refs: functions of modules that were compiled below level full have no records, so that
// they count as other code. What is handed to one has a passport that says so; if its module is compiled at level
// full the block has none.
// RUN: split-file %s %t.d && cd %t.d && rm -f *.mscope
// RUN: memscope-cc -g -O1 -fmemscope=full -c main.c
// RUN: memscope-cc -g -O1 -fmemscope=refs -c other.c
// RUN: memscope-cc main.o other.o -o mixed && env MEMSCOPE_OPTIONS=track=all:out=mixed.mscope ./mixed
// RUN: memscope passports mixed.mscope | FileCheck --check-prefix=MIXED %s
// RUN: memscope-cc -g -O1 -fmemscope=full -c other.c
// RUN: memscope-cc main.o other.o -o full && env MEMSCOPE_OPTIONS=track=all:out=full.mscope ./full
// RUN: memscope passports full.mscope | FileCheck --check-prefix=FULL %s
// MIXED: lent {{.*}} message {{ *}}(handed to other code
// FULL: 0 of 1 tracked blocks crossed

//--- main.c
#include <stdlib.h>
void consume(char *text);
int main(void) {
  char *message = malloc(40);
  *message = 1;
  consume(message);
  return 0;
}
//--- other.c
#include <stdlib.h>
void consume(char *text) {
  *text = 0;
  free(text);
}
