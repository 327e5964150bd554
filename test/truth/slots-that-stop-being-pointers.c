// A slot in a union holds its block until anything else is stored there, of whatever size and type:
// a double, an int, a flag, a structure of numbers. So does an integer to which a pointer was given
// until it gets a number.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -fmemscope=refs -I %memscope_include %s -o %t.O0
// RUN: memscope-cc -g -O2 -fmemscope=refs -I %memscope_include %s -o %t.O2
// RUN: memscope-cc -g -O2 -fmemscope=full -I %memscope_include %s -o %t.full
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O0.mscope %t.O0
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.O2.mscope %t.O2
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.full.mscope %t.full
// RUN: memscope holders --width=200 --at=marks %t.O0.mscope | grep -E "^at mark|->v|cells|record" | FileCheck %s
// RUN: memscope holders --width=200 --at=marks %t.O2.mscope | grep -E "^at mark|->v|cells|record" | FileCheck %s
// RUN: memscope holders --width=200 --at=marks %t.full.mscope | grep -E "^at mark|->v|cells|record" | FileCheck %s
#include <memscope/memscope.h>
#include <stdint.h>
#include <stdlib.h>

union value {
  char *text;
  double number;
  int small;
  float single;
  _Bool flag;
  struct {
    short a, b, c, d;
  } parts;
};
struct cell {
  int kind;
  union value v;
};
static struct cell cells[8];
static struct cell *made;
static struct {
  intptr_t address;
} record;
static uintptr_t cells_end;
void *volatile *seen;
__attribute__((noinline)) static void escape(void *at) { seen = at; }

int main(int argc, char **argv) {
  char *block = malloc(10);
  made = calloc(1, sizeof *made);
  for (int i = 0; i < 8; i++) {
    cells[i].kind = 1;
    cells[i].v.text = block;
  }
  made->v.text = block;
  record.address = (intptr_t)block;
  cells_end = (uintptr_t)(block + 10);
  escape(cells), escape(made), escape(&record), escape(&cells_end);
  // CHECK-LABEL: at mark "text"
  // CHECK-COUNT-11: {{cells|made->|record}}{{[^,]*}}, in
  memscope_mark("text");
  cells[1].v.number = 1.5;
  cells[2].v.small = 3;
  cells[3].v.single = 2;
  cells[4].v.flag = 1;
  cells[5].v.parts.a = 3;
  cells[6].v.parts.b = 3; // limitation copy-part
  made->v.number = 2;
  record.address = argc;
  cells_end = 0;
  escape(cells), escape(made), escape(&record), escape(&cells_end);
  // CHECK-LABEL: at mark "numbers"
  // CHECK-COUNT-3: cells[]{{[^,]*}}, in
  // CHECK-NOT: , in
  // CHECK-LABEL: at mark
  memscope_mark("numbers");
  memscope_mark("end");
  return 0;
}
